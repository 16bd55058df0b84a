import type { NoteView } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { api } from '../api/index.js';
import { LiveCollection } from './collection.svelte.js';
import { liveTopic } from './messages.js';

/** What people wrote down about machines. */
class Notes extends LiveCollection<NoteView> {
  readonly #byMachine = $derived.by(() => {
    const found: Record<string, NoteView[]> = {};
    const newestFirst = this.list.toSorted((a, b) => b.createdAt - a.createdAt);
    for (const note of newestFirst) (found[note.nodeId] ??= []).push(note);
    return found;
  });

  /** Of one machine, the newest first. */
  of(nodeId: string): readonly NoteView[] {
    return this.#byMachine[nodeId] ?? [];
  }
}

export const notes = new Notes({
  topic: () => liveTopic('live/notes', {}),
  load: () => pages('notes', api.notes.list),
});

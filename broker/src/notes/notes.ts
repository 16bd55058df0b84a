import { MeshdeckError, noteLimits, noteMatches, type NoteView } from '@meshdeck/shared';
import { createMutex } from '@meshdeck/shared/runtime';
import type { Collection } from '../stores/documents.js';
import { newId } from '../users/ids.js';

/** The machine that a note is about. */
export interface NotedMachine {
  id: string;
  name: string;
}

export interface Notes {
  /** The newest first: of one machine, with all of these words, or all there are. */
  list(filter?: { nodeId?: string | undefined; search?: string | undefined }): NoteView[];
  /** Who wrote it. @throws MeshdeckError `not-found` */
  ownerOf(id: string): string;
  /** @throws MeshdeckError `conflict` where the machine has as many as it may; `not-found` where it is gone meanwhile */
  add(machine: NotedMachine, note: Pick<NoteView, 'text' | 'author'>): Promise<NoteView>;
  /** Gives back what was removed. @throws MeshdeckError `not-found` */
  remove(id: string): Promise<NoteView>;
  /** Removes what was written about a machine that is gone. */
  removeOf(nodeId: string): Promise<void>;
}

/** Notes on machines, in memory and on disk. Those of machines that are gone, as after a crash in mid-removal, are removed. */
export async function createNotes(options: {
  collection: Collection<NoteView>;
  /** Whether this hub knows the machine. */
  isKnown: (nodeId: string) => boolean;
  /** Whether what is kept of machines could be read whole. If not, one that is missing may come back with a backup. */
  isWhole?: boolean;
  changed: (id: string) => void;
  removed: (id: string) => void;
  /** Unix ms */
  now: () => number;
}): Promise<Notes> {
  const { collection, isKnown, isWhole = true } = options;
  const oneAtATime = createMutex();
  const notes = new Map<string, NoteView>();
  const of = (nodeId: string) => [...notes.values()].filter((note) => note.nodeId === nodeId);

  function mustHave(id: string): NoteView {
    const note = notes.get(id);
    if (note !== undefined) return note;
    throw new MeshdeckError(
      'not-found',
      `There is no note ${id}. "meshdeck nodes notes" shows those there are.`,
    );
  }

  async function drop(id: string): Promise<void> {
    await collection.remove(id);
    notes.delete(id);
    options.removed(id);
  }

  for (const note of (await collection.all()).toSorted((a, b) => a.createdAt - b.createdAt)) {
    if (isKnown(note.nodeId)) notes.set(note.id, note);
    else if (isWhole) await collection.remove(note.id);
  }

  return {
    list({ nodeId, search } = {}) {
      const found = nodeId === undefined ? [...notes.values()] : of(nodeId);
      return found.filter((note) => search === undefined || noteMatches(note, search)).reverse();
    },
    ownerOf: (id) => mustHave(id).author.id,
    add: ({ id: nodeId, name }, { text, author }) =>
      oneAtATime(async () => {
        if (!isKnown(nodeId)) throw new MeshdeckError('not-found', `${name} was removed meanwhile.`);
        if (of(nodeId).length >= noteLimits.perMachine) {
          throw new MeshdeckError(
            'conflict',
            `${name} has ${noteLimits.perMachine} notes, and a machine has no more. Remove one first.`,
          );
        }
        const note = { id: newId(), nodeId, text, author, createdAt: options.now() };
        await collection.put(note);
        notes.set(note.id, note);
        options.changed(note.id);
        return note;
      }),
    remove: (id) =>
      oneAtATime(async () => {
        const note = mustHave(id);
        await drop(id);
        return note;
      }),
    removeOf: (nodeId) =>
      oneAtATime(async () => {
        for (const { id } of of(nodeId)) await drop(id);
      }),
  };
}

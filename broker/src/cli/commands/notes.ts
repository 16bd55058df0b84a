import { MeshdeckError, noteLimits, type NoteView } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { Argument, type Command } from 'commander';
import type { Api } from '../api/transport.js';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { notesTable } from '../views/notes.js';

type Change = 'add' | 'remove';

interface NotesOptions extends HubOptions {
  search?: string;
}

/** The note of that machine with that id, or the only one whose id begins so. */
function oneOf(notes: readonly NoteView[], wanted: string, machine: string): NoteView {
  const [found, ...others] = notes.filter(({ id }) => id.startsWith(wanted));
  if (found !== undefined && others.length === 0) return found;
  throw new MeshdeckError(
    'not-found',
    found === undefined
      ? `${machine} has no note ${wanted}. "meshdeck nodes notes ${machine}" shows those it has.`
      : `More than one note of ${machine} begins with ${wanted}. Give more of the id.`,
  );
}

async function change(
  { notes }: Api,
  options: { machine: string; change: Change; given: string },
): Promise<{ note: NoteView; done: string }> {
  const { machine, given } = options;
  if (options.change === 'add') {
    const note = await notes.add({ id: machine, body: { text: given } });
    return { note, done: `Note ${note.id} is written.` };
  }
  const there = await pages('notes', (page) => notes.list({ node: machine, ...page }));
  const note = oneOf(there, given, machine);
  await notes.remove({ id: note.id });
  return { note, done: `Note ${note.id} is removed.` };
}

export function addNotesCommand(nodes: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = listingCommand(
    nodes,
    'notes',
    'what people wrote down about a machine, or about all of them',
  );
  command
    .argument('[machine]', 'id, beginning of the id, or name')
    .addArgument(new Argument('[change]', 'write another note, or remove one').choices(['add', 'remove']))
    .argument('[note]', `to add: one line of at most ${noteLimits.characters} characters; to remove: its id`)
    .option('--search <words>', "only notes with all of these words in the text or the author's name")
    .action(
      async (
        machine: string | undefined,
        changed: Change | undefined,
        given: string | undefined,
        { search, ...options }: NotesOptions,
      ) => {
        const api = connect(context, options);
        if (machine !== undefined && changed !== undefined) {
          if (given === undefined) {
            return command.error(
              changed === 'add'
                ? 'error: give the text of the note, in quotes.'
                : 'error: give the id of the note.',
            );
          }
          const { note, done } = await change(api, { machine, change: changed, given });
          answer(context, options, note, () => done);
          return;
        }
        const filter = {
          ...(machine !== undefined && { node: machine }),
          ...(search !== undefined && { search }),
        };
        const notes = await pages('notes', (page) => api.notes.list({ ...filter, ...page }));
        const machines = machine === undefined ? await pages('nodes', api.nodes.list) : [];
        answer(context, options, notes, () => notesTable(notes, machines, terminal, context.now()));
      },
    );
}

import { formatAge, shortId, type NodeView, type NoteView } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable, type Column } from '../text/table.js';

/** Notes of one machine, or of several: those are named, then, and `machines` is not empty. */
export function notesTable(
  notes: readonly NoteView[],
  machines: readonly Pick<NodeView, 'id' | 'name'>[],
  { paint, width }: Terminal,
  now: number,
): string {
  if (notes.length === 0) return 'No notes. "meshdeck nodes notes MACHINE add TEXT" writes one.';
  const names = new Map(machines.map(({ id, name }) => [id, name]));
  const machine: Column<NoteView> = {
    title: 'MACHINE',
    cell: ({ nodeId }) => names.get(nodeId) ?? shortId(nodeId),
  };
  return formatTable<NoteView>({
    paint,
    width,
    rows: notes,
    columns: [
      ...(machines.length > 0 ? [machine] : []),
      { title: 'NOTE', cell: ({ text }) => text, wraps: true },
      { title: 'BY', cell: ({ author }) => author.name },
      { title: 'WRITTEN', cell: ({ createdAt }) => formatAge(createdAt, now) },
      { title: 'ID', cell: ({ id }) => id, paint: (text) => paint.dim(text) },
    ],
  });
}

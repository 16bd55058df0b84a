import { formatAge, type AuditEntry } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

const whoOf = ({ actor }: AuditEntry): string =>
  actor === null ? 'somebody unknown' : actor.key === null ? actor.name : `${actor.name} (key ${actor.key})`;

export function auditTable(entries: readonly AuditEntry[], { paint, width }: Terminal, now: number): string {
  if (entries.length === 0) return 'Nothing of that kind is in the audit.';
  return formatTable({
    paint,
    width,
    rows: entries,
    columns: [
      { title: 'WHEN', cell: ({ at }) => formatAge(at, now) },
      { title: 'WHO', cell: (entry) => whoOf(entry) },
      { title: 'ACTION', cell: ({ action }) => action },
      { title: 'WHAT', cell: ({ target }) => target ?? '' },
      {
        title: 'OUTCOME',
        cell: ({ outcome }) => outcome,
        paint: (text, { outcome }) => (outcome === 'done' ? text : paint.red(text)),
      },
      { title: 'FROM', cell: ({ address }) => address },
      { title: 'DETAIL', cell: ({ detail }) => detail ?? '', wraps: true },
    ],
  });
}

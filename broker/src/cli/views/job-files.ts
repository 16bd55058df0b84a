import { formatBytes, leftOutText, type JobFile, type JobFiles } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

/** For programs. */
export const fileFacts = ({ path, bytes, type, isPartial }: JobFile) => ({
  ...{ path, bytes, type },
  ...(isPartial && { partial: true }),
});

export function filesTable(files: readonly JobFile[], { paint, width }: Terminal): string {
  if (files.length === 0) return 'The job has made no files.';
  const isPartial = files.some((file) => file.isPartial);
  return formatTable({
    paint,
    width,
    rows: files,
    columns: [
      { title: 'FILE', cell: ({ path }) => path, wraps: true },
      { title: 'SIZE', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
      { title: 'TYPE', cell: ({ type }) => type },
      ...(isPartial
        ? [{ title: 'STATE', cell: (file: JobFile) => (file.isPartial ? 'partial' : 'whole') }]
        : []),
    ],
  });
}

/** What of the output folder was not kept, a line each; nothing where all of it was. */
export function leftOutLines({ count, examples }: JobFiles['leftOut']): string[] {
  const others = count - examples.length;
  return [
    ...examples.map((each) => `Not kept: ${leftOutText(each)}`),
    ...(others > 0 ? [`Not kept: ${others} more`] : []),
  ];
}

import {
  cleanLine,
  formatBytes,
  formatDuration,
  formatFigure,
  formatNumber,
  shortAttemptId,
  sourceWords,
  type FileReference,
  type Provenance,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';
import { givenFacts, readingParts } from './jobs.js';

const fileText = ({ name, bytes, sha256 }: FileReference) => `${sha256}  ${name}, ${formatBytes(bytes)}`;
const orNothing = (values: readonly string[]) => (values.length === 0 ? '-' : values.join(', '));
const exact = (ts: number | null) => (ts === null ? '-' : new Date(ts).toISOString());

function columnsText({ columnMap }: Provenance): string {
  if (columnMap === null || columnMap.length === 0) return 'the app reads the table itself';
  const renamed = columnMap.filter(({ input, column }) => input !== column);
  if (renamed.length === 0) return `${columnMap.length}, all under their own names`;
  const some = renamed.slice(0, 8).map(({ input, column }) => `${column} -> ${input}`);
  const more = renamed.length > some.length ? `, and ${renamed.length - some.length} more` : '';
  return `${columnMap.length}: ${some.join(', ')}${more}`;
}

function droppedText({ dropped: { duplicates, late } }: Provenance): string {
  return duplicates + late === 0 ? 'none' : `${duplicates} told twice, ${late} too late; none counted`;
}

/** Files that are named in a terminal; the record has more. */
const mostShown = 20;

function filesFacts({ files, figures, job }: Provenance): [string, string][] {
  const facts: [string, string][] = Object.entries(figures ?? {})
    .slice(0, mostShown)
    .map(([name, figure]) => ['Figure', `${cleanLine(name)} ${cleanLine(formatFigure(figure))}`]);
  if (files === null) return facts;
  const named = files.named
    .slice(0, mostShown)
    .map(({ path, ...file }): [string, string] => ['Wrote', fileText({ ...file, name: path })]);
  const more = files.count - named.length;
  if (more > 0) named.push(['Wrote', `and ${formatNumber(more)} files more: meshdeck jobs files ${job.id}`]);
  return [...facts, ...named];
}

const sourceText = (source: Provenance['source']): [string, string][] =>
  source === undefined
    ? []
    : [
        ['Made of', cleanLine(sourceWords(source))],
        ['', fileText(source.file)],
      ];

/** How a result came to be, for people; the whole record is the JSON. */
export function provenanceText(provenance: Provenance, terminal: Terminal): string {
  const { job, app, hub, shards, machines, attempts, decisions, verifications } = provenance;
  const { paint, width } = terminal;
  const facts: [string, string][] = [
    ['Job', `${job.id}  ${job.name}`],
    ['State', job.state],
    ['App', `${app.name} ${app.version} (${app.runtime})`],
    ['Package', fileText(app.bundle)],
    [
      app.runtime === 'onnx' ? 'Model' : 'Program',
      app.entry === null
        ? 'no longer in the store'
        : fileText({ name: app.entry.path, bytes: app.entry.bytes, sha256: app.entry.sha256 }),
    ],
    [provenance.reading?.pictures === undefined ? 'Table' : 'Pictures', fileText(provenance.input)],
    ...sourceText(provenance.source),
    ...(provenance.inputs ?? []).map((file): [string, string] => ['File', fileText(file)]),
    ...givenFacts(job.options),
    ['Result', provenance.output === null ? 'none' : fileText(provenance.output)],
    ...filesFacts(provenance),
    ['Rows', provenance.rows === null ? '-' : formatNumber(provenance.rows)],
    ['Columns', columnsText(provenance)],
    ['Runtime', orNothing(provenance.runtimes)],
    ['Agent', orNothing(provenance.agentVersions)],
    ['Hub', `${hub.versionAtSubmission ?? 'unknown'} (${hub.name})`],
    ['Submitted', `${exact(job.createdAt)} by ${job.owner}`],
    ['Ended', exact(job.finishedAt)],
    ['Parts', shards === null ? 'one machine took the whole table' : String(shards.length)],
    ['Dropped', droppedText(provenance)],
    ['Verified', verifications[0]?.summary ?? 'not yet: meshdeck jobs verify ' + job.id],
  ];
  const last = decisions.at(-1);
  if (last !== undefined) facts.push(['Why there', last.summary]);
  const machineTable = formatTable({
    paint,
    width,
    rows: machines,
    columns: [
      { title: 'MACHINE', cell: ({ name }) => name },
      { title: 'PLATFORM', cell: ({ platform }) => platform ?? '-' },
      { title: 'CPU', wraps: true, cell: ({ cpuModel }) => cpuModel ?? '-' },
      { title: 'RUNTIME', cell: ({ runtimes }) => orNothing(runtimes) },
      { title: 'AGENT', cell: ({ agentVersions }) => orNothing(agentVersions) },
      { title: 'ATTEMPTS', align: 'right', cell: ({ attempts: count }) => String(count) },
      { title: 'RESULTS', align: 'right', cell: ({ results }) => String(results) },
    ],
  });
  const attemptTable = formatTable({
    paint,
    width,
    rows: attempts,
    columns: [
      { title: 'ATTEMPT', cell: ({ id }) => shortAttemptId(id) },
      { title: 'MACHINE', cell: ({ nodeName }) => nodeName },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'PLACED', cell: ({ placedAt }) => exact(placedAt) },
      {
        title: 'TOOK',
        align: 'right',
        cell: ({ placedAt, finishedAt }) =>
          finishedAt === null ? '-' : formatDuration(finishedAt - placedAt),
      },
      {
        title: 'FETCH/PREPARE/RUN/DELIVER',
        cell: ({ facts: spent }) =>
          spent === null
            ? '-'
            : [spent.fetchMs, spent.prepareMs, spent.runMs, spent.deliverMs].map(formatDuration).join(' / '),
      },
      { title: 'REMARK', wraps: true, cell: ({ failure }) => failure?.message ?? '' },
    ],
  });
  const parts = [formatFacts(facts, paint)];
  if (provenance.reading !== null) parts.push(...readingParts(provenance.reading, terminal));
  if (machines.length > 0) parts.push(machineTable, attemptTable);
  return parts.join('\n\n');
}

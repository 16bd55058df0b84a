import {
  cleanLine,
  formatAge,
  formatDuration,
  formatLeft,
  formatNumber,
  formatParams,
  formatPercent,
  isFinal,
  isSplit,
  sourceWords,
  toldWords,
  type FileReference,
  type JobOptions,
  type JobSummary,
  type JobView,
  type Reading,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';
import { readingFacts, warningLines } from './reading.js';

function ran(job: JobSummary, now: number): string {
  return job.startedAt === null ? '-' : formatDuration((job.finishedAt ?? now) - job.startedAt);
}

function remark(job: JobSummary): string {
  return job.failure?.message ?? job.waitingFor ?? '';
}

/** What is left by prediction; `-` where none can be made. */
function left(job: JobSummary, now: number): string {
  return job.predictedFinishAt == null ? '-' : formatLeft(job.predictedFinishAt, now);
}

function stateText(job: JobSummary): string {
  return job.state === 'running' ? `running ${formatPercent(job.progress)}` : job.state;
}

export function jobsTable(jobs: readonly JobSummary[], terminal: Terminal, now: number): string {
  if (jobs.length === 0)
    return 'No jobs yet. Run one: meshdeck samples run digits, or meshdeck run MODEL --input F.csv --out P.csv';
  const { paint } = terminal;
  return formatTable({
    paint,
    width: terminal.width,
    rows: jobs,
    columns: [
      { title: 'JOB', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name, wraps: true },
      {
        title: 'STATE',
        cell: stateText,
        paint: (text, { state }) => {
          if (state === 'succeeded') return paint.green(text);
          return state === 'failed' ? paint.red(text) : paint.yellow(text);
        },
      },
      { title: 'ROWS', align: 'right', cell: ({ rows }) => (rows === null ? '-' : formatNumber(rows)) },
      { title: 'MACHINE', cell: ({ nodeName }) => nodeName ?? '-' },
      { title: 'TOOK', align: 'right', cell: (job) => ran(job, now) },
      ...(jobs.some(({ state }) => !isFinal(state))
        ? [{ title: 'LEFT', align: 'right' as const, cell: (job: JobSummary) => left(job, now) }]
        : []),
      { title: 'MADE', cell: ({ createdAt }) => formatAge(createdAt, now) },
      { title: 'REMARK', cell: remark, wraps: true },
    ],
  });
}

/** What went wrong, with the technical part indented below. */
export function failureText(failure: NonNullable<JobSummary['failure']>): string {
  const detail = failure.detail?.trimEnd();
  const whole = detail === undefined || detail === '' ? failure.message : `${failure.message}\n${detail}`;
  return whole.replaceAll('\n', '\n  ');
}

function shardsText({ tasks }: JobView): string {
  const done = tasks.filter(({ state }) => state === 'succeeded').length;
  return `${tasks.length}, ${done} done`;
}

/** What machines told twice or too late. */
function droppedText({ duplicateReports, lateReports }: JobView): string {
  const parts = [
    ...(duplicateReports > 0 ? [`${duplicateReports} told twice`] : []),
    ...(lateReports > 0 ? [`${lateReports} too late`] : []),
  ];
  return `${parts.join(', ')}; none counted`;
}

/** Why it waits, and since when. */
function waitingText({ waitingSince }: JobView, reason: string): string {
  if (waitingSince === undefined) return reason;
  return `${reason} Since ${new Date(waitingSince).toLocaleTimeString('en-GB')}.`;
}

/** Files besides its table. */
function filesFacts(inputs: readonly FileReference[] = []): [string, string][] {
  return inputs.length === 0 ? [] : [['More files', inputs.map(({ name }) => name).join(', ')]];
}

/** What its script runs with. */
export function givenFacts({ params, env, secrets }: JobOptions): [string, string][] {
  return [
    ...(params === undefined ? [] : [['Params', formatParams(params)] as [string, string]]),
    ...(env === undefined ? [] : [['Variables', formatParams(env)] as [string, string]]),
    ...(secrets === undefined ? [] : [['Secrets', secrets.join(', ')] as [string, string]]),
  ];
}

export function jobFacts(job: JobView, terminal: Terminal, now: number): string {
  const facts: [string, string][] = [
    ['Job', job.id],
    ['Name', job.name],
    ['State', stateText(job)],
    ['App', `${job.app.name} ${job.app.version} (${job.app.runtime})`],
    ['Input', job.source === undefined ? job.input.name : cleanLine(sourceWords(job.source))],
    ...(job.source?.notes ?? []).map((note): [string, string] => ['Note', cleanLine(note)]),
    ...filesFacts(job.inputs),
    ...(job.sweep === undefined
      ? []
      : [['Sweep', `${job.sweep.id}, job ${job.sweep.number} of ${job.sweep.size}`] as [string, string]]),
    ...givenFacts(job.options),
    ['Rows', job.rows === null ? '-' : formatNumber(job.rows)],
    ['Machine', job.nodeName ?? '-'],
    ['Made', formatAge(job.createdAt, now)],
    ['Took', ran(job, now)],
  ];
  if (!isFinal(job.state)) {
    const known = job.predictedFinishAt != null;
    facts.push(['Left', known ? `about ${left(job, now)}` : 'not known yet: no run of this app to go by']);
  }
  if (job.waitingFor !== null) facts.push(['Waiting', waitingText(job, job.waitingFor)]);
  if (job.failure !== null) facts.push(['Failure', job.failure.message]);
  if (job.reading === null && job.options.reading !== undefined) {
    facts.push(['Told', toldWords(job.options.reading).join('; ')]);
  }
  if (job.verifies !== undefined) facts.push(['Verifies', `job ${job.verifies}`]);
  const checked = job.verdict ?? job.verifications[0];
  if (checked !== undefined) facts.push(['Verified', checked.summary]);
  if (job.droppedReports > 0) facts.push(['Dropped', droppedText(job)]);
  if (isSplit(job))
    facts.splice(
      facts.findIndex(([name]) => name === 'Machine'),
      0,
      ['Parts', shardsText(job)],
    );
  const attempts = job.tasks.flatMap(({ index, attempts: tried }) =>
    tried.map((attempt) => ({ ...attempt, part: index + 1 })),
  );
  const parts = [formatFacts(facts, terminal.paint)];
  if (job.reading !== null) parts.push(...readingParts(job.reading, terminal));
  if (attempts.length === 0) return parts.join('\n\n');
  const table = formatTable({
    paint: terminal.paint,
    width: terminal.width,
    rows: attempts,
    columns: [
      ...(isSplit(job) ? [{ title: 'PART', cell: ({ part }: { part: number }) => String(part) }] : []),
      { title: 'ATTEMPT', cell: ({ number }) => String(number) },
      { title: 'MACHINE', cell: ({ nodeName }) => nodeName },
      { title: 'STATE', cell: ({ state, phase }) => (state === 'running' && phase !== null ? phase : state) },
      {
        title: 'TOOK',
        align: 'right',
        cell: ({ placedAt, finishedAt }) => formatDuration((finishedAt ?? now) - placedAt),
      },
      { title: 'REMARK', wraps: true, cell: ({ failure }) => failure?.message ?? '' },
    ],
  });
  return [...parts, table].join('\n\n');
}

/** How its table was read, and what was noticed. */
export function readingParts(reading: Reading, { paint }: Terminal): string[] {
  const warnings = warningLines(reading).map((text) => paint.yellow(`! ${text}`));
  return [formatFacts(readingFacts(reading), paint), ...(warnings.length === 0 ? [] : [warnings.join('\n')])];
}

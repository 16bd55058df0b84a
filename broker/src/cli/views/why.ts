import {
  formatAge,
  formatBytes,
  formatDuration,
  othersInWords,
  type Candidate,
  type Decision,
  type Why,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable, type Column } from '../text/table.js';

const term = (show: (score: NonNullable<Candidate['score']>) => string) => (candidate: Candidate) =>
  candidate.score === null ? '-' : show(candidate.score);

/** Shown where it changes the ranking: work sent since the heartbeat that its numbers cannot show yet. */
const sentColumns: readonly Column<Candidate>[] = [
  { title: 'SENT', align: 'right', cell: ({ placedSinceHeartbeat }) => String(placedSinceHeartbeat) },
  {
    title: 'COUNTS AS',
    align: 'right',
    cell: ({ effectiveScore }) => (effectiveScore === null ? '-' : effectiveScore.toFixed(2)),
  },
];

/** When it should be done there, and what that is made of. */
const finishColumns: readonly Column<Candidate>[] = [
  {
    title: 'DONE IN',
    align: 'right',
    cell: ({ prediction }) => (prediction == null ? '-' : formatDuration(prediction.finishMs)),
  },
  {
    title: 'WAIT + FETCH + START + RUN',
    cell: ({ prediction }) => {
      if (prediction == null) return '-';
      const { queueMs, transferMs, startMs, overheadMs, computeMs, loadFactor } = prediction;
      const terms = [queueMs, transferMs, loadFactor * startMs, loadFactor * (overheadMs + computeMs)];
      return terms.map(formatDuration).join(' + ');
    },
  },
];

/** What it has at hand. */
const warmthColumn: Column<Candidate> = {
  title: 'TO FETCH',
  align: 'right',
  cell: ({ coldBytes, warm }) =>
    coldBytes === undefined
      ? '-'
      : `${coldBytes === 0 ? 'nothing' : formatBytes(coldBytes)}${warm === true ? ', warm' : ''}`,
};

function byRank(a: Candidate, b: Candidate): number {
  return (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.nodeName.localeCompare(b.nodeName);
}

/** A shorter wait is nothing to wonder at. */
const tellingWaitMs = 5000;

function decisionText(decision: Decision, terminal: Terminal, now: number): string {
  const { paint } = terminal;
  const at = new Date(decision.at).toLocaleTimeString('en-GB');
  const since =
    decision.since === undefined || now - decision.since < tellingWaitMs
      ? ''
      : ` It has waited for that since ${new Date(decision.since).toLocaleTimeString('en-GB')}, ${formatAge(decision.since, now)}.`;
  const heading = `Attempt ${decision.attempt}, ${at} (${formatAge(decision.at, now)}): ${decision.summary}${since}`;
  const others = othersInWords(decision);
  const asked = others === '' ? '' : `\n${others} All of them: --machines`;
  if (decision.candidates.length === 0) {
    return `${heading}${asked === '' ? '\nThere was no machine to choose from.' : asked}`;
  }
  const sent = decision.candidates.some(({ placedSinceHeartbeat }) => placedSinceHeartbeat > 0);
  const predicted = decision.candidates.some(({ prediction }) => prediction != null);
  const warmth = decision.candidates.some(({ coldBytes }) => coldBytes !== undefined);
  const table = formatTable<Candidate>({
    paint,
    width: terminal.width,
    rows: [...decision.candidates].sort(byRank),
    columns: [
      { title: 'RANK', align: 'right', cell: ({ rank }) => (rank === null ? '-' : String(rank)) },
      {
        title: 'MACHINE',
        cell: ({ nodeName }) => nodeName,
        paint: (text, { nodeId }) => (nodeId === decision.chosenNodeId ? paint.green(text) : text),
      },
      { title: 'SCORE', align: 'right', cell: term(({ score }) => score.toFixed(2)) },
      { title: 'LOAD', align: 'right', cell: term(({ load }) => load.toFixed(2)) },
      { title: 'PERF', align: 'right', cell: term(({ performance }) => performance.toFixed(3)) },
      {
        title: 'THERMAL',
        align: 'right',
        cell: term(({ thermal, thermalUnknown }) => (thermalUnknown ? 'unknown' : thermal.toFixed(2))),
      },
      ...(sent ? sentColumns : []),
      ...(predicted ? finishColumns : []),
      ...(warmth ? [warmthColumn] : []),
      { title: 'FREE', align: 'right', cell: ({ freeSlots }) => String(freeSlots) },
      {
        title: 'HEARTBEAT',
        cell: ({ heartbeatAt }) =>
          heartbeatAt === null
            ? 'never'
            : `${(Math.max(0, decision.at - heartbeatAt) / 1000).toFixed(1)} s old`,
      },
      {
        title: 'WHY NOT',
        wraps: true,
        cell: ({ rejections }) => rejections.map(({ message }) => message).join(' '),
        paint: (text) => paint.yellow(text),
      },
    ],
  });
  return `${heading}\n${table}${asked}`;
}

/** Every look at the mesh for one job, newest last, or the newest alone. */
export function whyText(
  why: Why,
  { terminal, now, all }: { terminal: Terminal; now: number; all: boolean },
): string {
  const decisions = all ? why.decisions : why.decisions.slice(-1);
  const earlier = (why.earlier ?? 0) + why.decisions.length - decisions.length;
  const parts = [
    `${terminal.paint.bold(`Job ${why.jobId} (${why.state})`)}  ${why.summary}`,
    ...decisions.map((decision) => decisionText(decision, terminal, now)),
  ];
  if (earlier > 0) parts.push(terminal.paint.dim(`${earlier} earlier: meshdeck jobs why ${why.jobId} --all`));
  return parts.join('\n\n');
}

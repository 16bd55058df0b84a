import { formatDuration, type Candidate, type PlacementPolicy, type RejectionCode } from '@meshdeck/shared';
import { missingFeature, runtimeNames, zeroCause } from './filters.js';
import { permanent } from './infeasibility.js';
import type { TaskNeeds } from './snapshot.js';

const inTime = ({ prediction }: Candidate) => formatDuration(prediction?.finishMs ?? 0);

/** "Why this node?" in one sentence. */
export function placedSummary(
  chosen: Candidate,
  room: { next: Candidate | undefined; eligible: number; all: number },
  policy: PlacementPolicy,
): string {
  const { next, eligible, all } = room;
  const predicted = policy === 'predicted-finish';
  const score = chosen.score?.score.toFixed(2) ?? '?';
  const figure = predicted ? `should finish in ${inTime(chosen)}` : `score ${score}`;
  if (eligible === 1) {
    return all === 1
      ? `${chosen.nodeName} is the only machine (${figure}).`
      : `${chosen.nodeName} was the only one of ${all} machines that could take it (${figure}).`;
  }
  if (predicted) {
    const behind = next === undefined ? '' : `; next ${next.nodeName} in ${inTime(next)}`;
    return `${chosen.nodeName} should finish first: in ${inTime(chosen)}${behind}.`;
  }
  const behind = next === undefined ? '' : `; next was ${next.nodeName} with ${next.score?.score.toFixed(2)}`;
  const spread =
    chosen.placedSinceHeartbeat > 0 || (next?.placedSinceHeartbeat ?? 0) > 0
      ? ', work just handed out counted in'
      : '';
  return `${chosen.nodeName} had the highest score of ${eligible} machines: ${score}${behind}${spread}.`;
}

/** Why it waits although a machine is free. */
export function waitingForSummary(sooner: Candidate, free: Candidate): string {
  const there = inTime(sooner);
  const savedMs = (free.prediction?.finishMs ?? 0) - (sooner.prediction?.finishMs ?? 0);
  if (savedMs <= 0) {
    return `Waits for ${sooner.nodeName}: in ${there} there. ${free.nodeName} is free and slower; a part that runs late on it (in ${inTime(free)} at best) would hold up the whole job.`;
  }
  return `Waits for ${sooner.nodeName}: done there ${formatDuration(savedMs)} sooner (in ${there}; on ${free.nodeName}, which is free, in ${inTime(free)}).`;
}

const mostNamed = 3;

/** Machines with a score of 0, each with its cause, and what ends the wait. */
function zeroWords(nearest: readonly Candidate[]): string {
  const zero = nearest.filter(({ rejections }) => rejections.some(({ code }) => code === 'score-zero'));
  const causes = zero.slice(0, mostNamed).flatMap(({ nodeName, score }) => {
    return score === null ? [] : [`${nodeName} ${zeroCause(score)}`];
  });
  const more = zero.length > mostNamed ? `, and so on for ${zero.length - mostNamed} more` : '';
  return `no machine that could take it has a score above 0 (${causes.join(', ')}${more}). It starts by itself as soon as one has, or when another machine joins`;
}

/** The nearest to an end first: of several reasons, the one that will do. */
const waitingWords: Partial<
  Record<RejectionCode, (task: TaskNeeds, nearest: readonly Candidate[]) => string>
> = {
  'no-free-slot': () => 'every machine that could take it is busy',
  'score-zero': (_task, nearest) => zeroWords(nearest),
  'no-metrics': () => 'the machines that could take it have not sent metrics yet',
  'memory-short': () => 'no machine has enough free memory',
  draining: () => 'the machines that could take it are draining',
  cordoned: () => 'the machines that could take it are cordoned',
  lost: () => 'the machines that could take it are lost',
  'cloned-identity': () => 'the machine that could take it shares its identity with another',
  'label-mismatch': (task) =>
    `no machine carries the labels ${Object.entries(task.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')}`,
  'runtime-missing': (task) => `no machine has ${runtimeNames[task.runtime]}`,
  'gpu-missing': () => 'no machine has a GPU',
  'agent-too-old': ({ features = [] }) =>
    `the agents of the machines that could take it are too old for ${features.map((feature) => missingFeature([feature]) ?? feature).join(' and ')}: update Meshdeck there`,
  'protection-short': ({ protection }) =>
    `no machine is measured to offer ${protection ?? 'that'} protection`,
};

/**
 * What the task waits for: of the machines that suit it at all (of all, where none does), those with the fewest
 * rejections tell, and of their reasons the one that passes soonest.
 */
export function waitingSummary(candidates: readonly Candidate[], task: TaskNeeds): string {
  const joined = candidates.filter(({ rejections }) => rejections.every(({ code }) => code !== 'not-joined'));
  if (joined.length === 0) return 'Waits: no machine has joined yet. Start meshdeck-node on one.';
  const asked = task.nodeId === null ? joined : joined.filter(({ nodeId }) => nodeId === task.nodeId);
  const only = asked[0];
  if (only === undefined) return 'Waits: the machine it asked for is not in the mesh.';
  if (task.nodeId !== null) {
    const said = only.rejections[0]?.message ?? '';
    return `Waits for ${only.nodeName}: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  }
  const suitable = asked.filter(({ rejections }) => !rejections.some(({ code }) => permanent.has(code)));
  const pool = suitable.length > 0 ? suitable : asked;
  const fewest = Math.min(...pool.map(({ rejections }) => rejections.length));
  const nearest = pool.filter(({ rejections }) => rejections.length === fewest);
  const codes = new Set(nearest.flatMap(({ rejections }) => rejections.map(({ code }) => code)));
  const reason = Object.entries(waitingWords).find(([code]) => codes.has(code as RejectionCode));
  return `Waits: ${reason?.[1](task, nearest) ?? 'no machine can take it now'}.`;
}

import { formatDuration, type Candidate, type PlacementPolicy, type RejectionCode } from '@meshdeck/shared';
import type { TaskNeeds } from './snapshot.js';

const inTime = ({ prediction }: Candidate) => formatDuration(prediction?.finishMs ?? 0);

/** "Why this node?" in one sentence. */
export function placedSummary(
  chosen: Candidate,
  candidates: readonly Candidate[],
  policy: PlacementPolicy,
): string {
  const predicted = policy === 'predicted-finish';
  const score = chosen.score?.score.toFixed(2) ?? '?';
  const figure = predicted ? `should finish in ${inTime(chosen)}` : `score ${score}`;
  const eligible = candidates.filter(({ rank }) => rank !== null);
  if (eligible.length === 1) {
    return candidates.length === 1
      ? `${chosen.nodeName} is the only machine (${figure}).`
      : `${chosen.nodeName} was the only one of ${candidates.length} machines that could take it (${figure}).`;
  }
  const next = eligible.find(({ rank }) => rank === 2);
  if (predicted) {
    const behind = next === undefined ? '' : `; next ${next.nodeName} in ${inTime(next)}`;
    return `${chosen.nodeName} should finish first: in ${inTime(chosen)}${behind}.`;
  }
  const behind = next === undefined ? '' : `; next was ${next.nodeName} with ${next.score?.score.toFixed(2)}`;
  const spread =
    chosen.placedSinceHeartbeat > 0 || (next?.placedSinceHeartbeat ?? 0) > 0
      ? ', work just handed out counted in'
      : '';
  return `${chosen.nodeName} had the highest score of ${eligible.length} machines: ${score}${behind}${spread}.`;
}

/** Why it waits although a machine is free. */
export function waitingForSummary(sooner: Candidate, free: Candidate): string {
  return `Waits for ${sooner.nodeName}: it should finish there in ${inTime(sooner)}, on ${free.nodeName}, which is free, in ${inTime(free)}.`;
}

const waitingWords: Partial<Record<RejectionCode, (task: TaskNeeds) => string>> = {
  lost: () => 'the machines that could take it are lost',
  cordoned: () => 'the machines that could take it are cordoned',
  draining: () => 'the machines that could take it are draining',
  'no-free-slot': () => 'every machine that could take it is busy',
  'label-mismatch': (task) =>
    `no machine carries the labels ${Object.entries(task.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')}`,
  'runtime-missing': (task) =>
    `no machine has ${{ onnx: 'ONNX Runtime', python: 'Python', node: 'Node.js' }[task.runtime]}`,
  'gpu-missing': () => 'no machine has a GPU',
  'memory-short': () => 'no machine has enough free memory',
  'score-zero': () => 'the machines that could take it have a score of 0 right now',
  'no-metrics': () => 'the machines that could take it have not sent metrics yet',
  'cloned-identity': () => 'the machine that could take it shares its identity with another',
};

/** How near a machine is to taking the task: the fewest rejections tell what it waits for. */
export function waitingSummary(candidates: readonly Candidate[], task: TaskNeeds): string {
  const joined = candidates.filter(({ rejections }) => rejections.every(({ code }) => code !== 'not-joined'));
  if (joined.length === 0) return 'Waits: no machine has joined yet. Start meshdeck-node on one.';
  const asked = task.nodeId === null ? joined : joined.filter(({ nodeId }) => nodeId === task.nodeId);
  if (asked.length === 0) return 'Waits: the machine it asked for is not in the mesh.';
  const fewest = Math.min(...asked.map(({ rejections }) => rejections.length));
  const nearest = asked.filter(({ rejections }) => rejections.length === fewest);
  const codes = new Set(nearest.flatMap(({ rejections }) => rejections.slice(0, 1).map(({ code }) => code)));
  if (task.nodeId !== null && nearest[0] !== undefined) {
    const said = nearest[0].rejections[0]?.message ?? '';
    return `Waits for ${nearest[0].nodeName}: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  }
  const reasons = [...codes].flatMap((code) => waitingWords[code]?.(task) ?? []);
  return `Waits: ${reasons.join(', and ') || 'no machine can take it now'}.`;
}

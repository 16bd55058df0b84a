import {
  type Candidate,
  type Decision,
  type Prediction,
  formatBytes,
  formatDuration,
  formatNumber,
} from '@meshdeck/shared';

/** The winner, then who else could by rank, then who could not, the strongest first. */
export function orderCandidates(decision: Decision): Candidate[] {
  const group = (one: Candidate) =>
    one.nodeId === decision.chosenNodeId ? 0 : one.rejections.length === 0 ? 1 : 2;
  return [...decision.candidates].sort(
    (a, b) =>
      group(a) - group(b) ||
      (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER) ||
      (b.score?.score ?? -1) - (a.score?.score ?? -1) ||
      a.nodeName.localeCompare(b.nodeName),
  );
}

/** `Attempt 2: lab-3`, with the task where there is more than one. */
export function decisionLabel(decision: Decision, all: readonly Decision[]): string {
  const task = all.some((one) => one.task !== decision.task)
    ? `Task ${decision.task + 1}, attempt`
    : 'Attempt';
  const chosen = decision.candidates.find((one) => one.nodeId === decision.chosenNodeId);
  return `${task} ${decision.attempt}: ${decision.outcome === 'waiting' ? 'waiting' : (chosen?.nodeName ?? 'placed')}`;
}

const bases: Record<Prediction['basis'], string> = {
  machine: 'learned on this machine',
  class: 'learned on machines of its make',
  scaled: 'scaled from other machines by their benchmarks',
};

/** What the machine has at hand, in a few words. */
export function cacheStateLabel({ coldBytes, warm }: Candidate): string {
  if (coldBytes === undefined) return '';
  if (coldBytes > 0) return `${formatBytes(coldBytes)} to fetch`;
  return warm === true ? 'warm: nothing to fetch or load' : 'nothing to fetch';
}

/** What a predicted finish is made of, in one line. */
export function predictionLabel(prediction: Prediction): string {
  const { queueMs, transferMs, startMs, overheadMs, computeMs, loadFactor, rowsPerSecond, basis } =
    prediction;
  const parts = [
    queueMs > 0 ? `${formatDuration(queueMs)} until a slot is free` : '',
    transferMs > 0 ? `${formatDuration(transferMs)} to fetch files` : '',
    startMs > 0 ? `${formatDuration(startMs * loadFactor)} to load the model` : '',
    `${formatDuration((overheadMs + computeMs) * loadFactor)} to run at ${formatNumber(rowsPerSecond)} rows/s, ${bases[basis]}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

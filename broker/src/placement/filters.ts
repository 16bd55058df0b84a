import { agentFeatures, formatBytes, type AppRuntime, type Rejection, type Score } from '@meshdeck/shared';
import { protectedEnough } from './protected-enough.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** One reason not to take a machine; null where the machine passes. */
export type Filter = (machine: MachineSnapshot, task: TaskNeeds) => Rejection | null;

const joined: Filter = ({ membership }) =>
  membership === 'joined' ? null : { code: 'not-joined', message: 'It has not joined this hub.' };

const active: Filter = ({ presence }) =>
  presence === 'active' ? null : { code: 'lost', message: 'It is lost: no heartbeat comes from it.' };

const open: Filter = ({ scheduling }) => {
  if (scheduling === 'open') return null;
  return scheduling === 'cordoned'
    ? { code: 'cordoned', message: 'It is cordoned: it takes no new work.' }
    : { code: 'draining', message: 'It is draining: it finishes its work and takes no more.' };
};

const ownIdentity: Filter = ({ clonedIdentity }) =>
  clonedIdentity ? { code: 'cloned-identity', message: 'Two live machines use its identity.' } : null;

const asked: Filter = ({ id }, { nodeId }) =>
  nodeId === null || nodeId === id
    ? null
    : { code: 'not-the-asked-node', message: 'The job asked for another machine.' };

const labelled: Filter = ({ labels }, task) => {
  const missing = Object.entries(task.labels).filter(([key, value]) => labels[key] !== value);
  if (missing.length === 0) return null;
  const list = missing.map(([key, value]) => `${key}=${value}`).join(', ');
  return { code: 'label-mismatch', message: `It lacks the label ${list}.` };
};

/** What a machine has to have for an app of this kind, as people call it. */
export const runtimeNames: Record<AppRuntime, string> = {
  onnx: 'ONNX Runtime',
  python: 'Python',
  node: 'Node.js',
  notebook: 'Python for notebooks',
  shell: 'Unix shell',
  r: 'R',
  julia: 'Julia',
};

const runtimePresent: Filter = ({ runtimes }, { runtime }) => {
  if (runtimes === null) return { code: 'runtime-missing', message: 'It has not reported its software yet.' };
  if (runtimes[runtime] != null) return null;
  return { code: 'runtime-missing', message: `It has no ${runtimeNames[runtime]}.` };
};

const enoughMemory: Filter = ({ freeRamBytes }, { memoryBytes }) => {
  if (memoryBytes === 0 || freeRamBytes === null || freeRamBytes >= memoryBytes) return null;
  return {
    code: 'memory-short',
    message: `It has ${formatBytes(freeRamBytes)} of memory free; the job needs ${formatBytes(memoryBytes)}.`,
  };
};

const gpuPresent: Filter = ({ gpus }, { gpu }) =>
  gpu && gpus === 0 ? { code: 'gpu-missing', message: 'It has no GPU.' } : null;

/** What an agent may be too old for, in words. */
const featureNames: Record<string, string> = {
  [agentFeatures.check]: 'options on how a table is read',
  [agentFeatures.params]: 'parameters',
  [agentFeatures.inputs]: 'several input files',
  [agentFeatures.environment]: 'variables and secrets',
  [agentFeatures.outputs]: 'apps that make no predictions.csv',
  [agentFeatures.pictures]: 'pictures as input of a model',
};

/** The first of `needed` that is not in `has`, in words; undefined where all are. */
export function missingFeature(
  needed: readonly string[] = [],
  has: readonly string[] = [],
): string | undefined {
  const missing = needed.find((feature) => !has.includes(feature));
  return missing === undefined ? undefined : (featureNames[missing] ?? missing);
}

const tellable: Filter = ({ features }, { features: needed }) => {
  const missing = missingFeature(needed, features);
  if (missing === undefined) return null;
  return { code: 'agent-too-old', message: `Its agent is too old for ${missing}. Update Meshdeck there.` };
};

const measured: Filter = ({ score }) =>
  score === null ? { code: 'no-metrics', message: 'It has not sent metrics yet.' } : null;

/**
 * A machine without free CPU has a score of 0, and our own attempts may be why: those that fill its slots, for which
 * another rejection speaks, or those that have ended since that heartbeat.
 */
function fullOfOurs({ score, slotsBusy, slotsTotal, slotsBusyAtHeartbeat = 0 }: MachineSnapshot): boolean {
  if (score === null || score.load > 0 || score.performance === 0 || score.thermal === 0) return false;
  return slotsBusy >= slotsTotal || slotsBusy < slotsBusyAtHeartbeat;
}

/** Why a score is 0, with the machine as the subject. */
export function zeroCause({ thermal, load }: Score): string {
  if (thermal === 0) return 'is too hot';
  return load === 0 ? 'has no free CPU or memory' : 'has told no speed';
}

const strong: Filter = (machine) => {
  const { score } = machine;
  if (score === null || score.score > 0 || fullOfOurs(machine)) return null;
  return { code: 'score-zero', message: `Its score is 0: it ${zeroCause(score)}.` };
};

const freeSlot: Filter = ({ slotsBusy, slotsTotal }) =>
  slotsBusy < slotsTotal
    ? null
    : {
        code: 'no-free-slot',
        message: busyMessage(slotsTotal),
      };

function busyMessage(slots: number): string {
  if (slots === 0) return 'It offers no slots.';
  return slots === 1 ? 'Its one slot is busy.' : `All of its ${slots} slots are busy.`;
}

/** In the order in which people want to read them: the permanent reasons first. */
export const filters: readonly Filter[] = [
  joined,
  active,
  open,
  ownIdentity,
  asked,
  labelled,
  runtimePresent,
  gpuPresent,
  protectedEnough,
  tellable,
  enoughMemory,
  measured,
  strong,
  freeSlot,
];

/** A penalty, not a ban: counts only while another machine could take the task. */
export const failedHere: Filter = ({ id }, { failedOn }) =>
  failedOn.has(id)
    ? {
        code: 'failed-here-before',
        message: 'An attempt of this task failed here; another machine goes first.',
      }
    : null;

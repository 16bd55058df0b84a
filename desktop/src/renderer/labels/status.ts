import {
  type JobState,
  type NodeView,
  type TaskView,
  type VerificationOutcome,
  assertNever,
} from '@meshdeck/shared';

export type Tone = 'good' | 'attention' | 'bad' | 'off' | 'busy';

/** A state as it is shown: hue, icon and word always together. */
export interface Status {
  tone: Tone;
  icon:
    | 'check'
    | 'clock'
    | 'play'
    | 'cross'
    | 'ban'
    | 'pause'
    | 'unplug'
    | 'eye'
    | 'key'
    | 'dot'
    | 'drain'
    | 'gauge'
    | 'copy';
  label: string;
}

/** Where a machine stands, the most pressing thing first. */
export function nodeStatus(
  node: Pick<NodeView, 'membership' | 'presence' | 'scheduling' | 'clonedIdentity' | 'benchmarking'>,
): Status {
  switch (node.membership) {
    case 'seen':
      return { tone: 'off', icon: 'eye', label: 'Seen' };
    case 'pending':
      return { tone: 'attention', icon: 'key', label: 'Waiting for approval' };
    case 'rejected':
      return { tone: 'off', icon: 'ban', label: 'Rejected' };
    case 'joined':
      if (node.presence === 'lost') return { tone: 'bad', icon: 'unplug', label: 'Lost' };
      if (node.clonedIdentity) return { tone: 'bad', icon: 'copy', label: 'Cloned' };
      if (node.scheduling === 'cordoned') return { tone: 'attention', icon: 'pause', label: 'Cordoned' };
      if (node.scheduling === 'draining') return { tone: 'attention', icon: 'drain', label: 'Draining' };
      if (node.benchmarking) return { tone: 'busy', icon: 'gauge', label: 'Measuring' };
      return { tone: 'good', icon: 'dot', label: 'Active' };
    default:
      return assertNever(node.membership);
  }
}

/** Why a machine is lost, as the end of a sentence. */
export function lostBecause(reason: NodeView['lostReason']): string {
  switch (reason) {
    case 'stopped':
      return 'its agent was stopped';
    case 'connection-lost':
      return 'its connection broke off';
    case 'silent':
      return 'it fell silent';
    case null:
      return 'it has not been heard since the hub started';
    default:
      return assertNever(reason);
  }
}

export function jobStatus(state: JobState): Status {
  switch (state) {
    case 'queued':
      return { tone: 'attention', icon: 'clock', label: 'Waiting' };
    case 'placed':
      return { tone: 'busy', icon: 'play', label: 'Starting' };
    case 'running':
      return { tone: 'busy', icon: 'play', label: 'Running' };
    case 'merging':
      return { tone: 'busy', icon: 'play', label: 'Merging' };
    case 'succeeded':
      return { tone: 'good', icon: 'check', label: 'Succeeded' };
    case 'failed':
      return { tone: 'bad', icon: 'cross', label: 'Failed' };
    case 'cancelled':
      return { tone: 'off', icon: 'ban', label: 'Cancelled' };
    default:
      return assertNever(state);
  }
}

export function verificationStatus(outcome: VerificationOutcome): Status {
  switch (outcome) {
    case 'running':
      return { tone: 'busy', icon: 'play', label: 'Running again' };
    case 'equal':
      return { tone: 'good', icon: 'check', label: 'Equal' };
    case 'different':
      return { tone: 'bad', icon: 'cross', label: 'Different' };
    case 'failed':
      return { tone: 'attention', icon: 'ban', label: 'Not compared' };
    default:
      return assertNever(outcome);
  }
}

type AttemptState = TaskView['attempts'][number]['state'];

export function attemptStatus(state: AttemptState): Status {
  return state === 'abandoned' ? { tone: 'attention', icon: 'unplug', label: 'Abandoned' } : jobStatus(state);
}

export const jobFilters = ['all', 'waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobFilter = (typeof jobFilters)[number];

const statesUnder: Record<JobFilter, readonly JobState[]> = {
  all: [],
  waiting: ['queued'],
  running: ['placed', 'running', 'merging'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

/** The states a filter lets through; none for all of them. */
export const statesOf = (filter: JobFilter): readonly JobState[] => statesUnder[filter];

export function matchesJobFilter(state: JobState, filter: JobFilter): boolean {
  return filter === 'all' || statesUnder[filter].includes(state);
}

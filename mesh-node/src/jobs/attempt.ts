import type { AttemptPhase, RunOrder } from '@meshdeck/shared';
import { MeshdeckError } from '@meshdeck/shared';
import type { Outcome } from './attempt-record.js';
import type { Progress } from './progress.js';

/** Why an attempt was ended from outside. */
export type Ending = 'cancelled' | 'forgotten' | 'stopped';

/** One attempt this machine has in hand, from the order to `forget`. */
export interface Attempt {
  order: RunOrder;
  phase: AttemptPhase;
  progress: () => Progress | undefined;
  outcome: Outcome | undefined;
  ending: Ending | undefined;
  control: AbortController;
  /** Aborted when nobody waits for what it leaves any more: it was forgotten, or the agent stops. */
  closing: AbortController;
  /** It was cancelled, and what it wrote until then is wanted. */
  keepsFiles: boolean;
  life: Promise<void>;
  /** Its record's first way to the disk. */
  stored: Promise<void>;
  /** When its order came, unix ms. */
  receivedMs: number;
  /** The slot it works in; others that work in the same one hold the same. Undefined before it has begun. */
  slot: object | undefined;
}

export function createAttempt(order: RunOrder, phase: AttemptPhase): Attempt {
  return {
    order,
    phase,
    progress: () => undefined,
    outcome: undefined,
    ending: undefined,
    control: new AbortController(),
    closing: new AbortController(),
    keepsFiles: false,
    life: Promise.resolve(),
    stored: Promise.resolve(),
    receivedMs: Date.now(),
    slot: undefined,
  };
}

/** Ends what still runs; the first reason counts. */
export function endAttempt(attempt: Attempt, ending: Ending): void {
  if (attempt.outcome !== undefined) return;
  attempt.ending ??= ending;
  if (ending !== 'cancelled') attempt.closing.abort();
  attempt.control.abort(new MeshdeckError('cancelled', 'The run was cancelled.'));
}

import type { ErrorCode } from '@meshdeck/shared';

/** Whose fault a failure is decides whether another machine can do better. */
type Blame = 'input' | 'app' | 'machine';

const blameOf: Partial<Record<ErrorCode, Blame>> = {
  'invalid-request': 'input',
  'model-invalid': 'input',
  'model-unsupported': 'input',
  'app-invalid': 'input',
  'archive-unsafe': 'input',
  'csv-empty': 'input',
  'csv-malformed': 'input',
  'csv-column-mismatch': 'input',
  'csv-value-invalid': 'input',
  'csv-ambiguous': 'input',
  'picture-invalid': 'input',
  'picture-ambiguous': 'input',
  'app-timeout': 'input',
  'app-output-limit': 'input',
  'app-no-output': 'input',
  'app-crashed': 'app',
  'app-memory-limit': 'app',
};

export const blameFor = (code: ErrorCode): Blame => blameOf[code] ?? 'machine';

const firstBackOffMs = 250;
const longestBackOffMs = 30_000;

export type Verdict = { retry: false } | { retry: true; delayMs: number };

/** A task that so many machines were lost with, or turned down, may well be the reason. */
const mostLosses = 10;
/** A full disk is waited out; every attempt at it is kept with the job, so not for ever. */
const mostFullDisks = 100;

/**
 * What follows a failed attempt. The same wrong input fails everywhere, so it is not tried again; an app's own
 * crash is tried once more elsewhere; a machine's or the network's failure up to `maxAttempts`, backing off by
 * doubling from 250 ms to 30 s. A lost machine is nobody's reason to wait. Where a second attempt is allowed at all,
 * machines that are lost or turn the task down do not count, ten of them; nor does a full disk, which a person has to
 * see to.
 */
export function afterFailure(codes: readonly ErrorCode[], maxAttempts: number): Verdict {
  const last = codes.at(-1);
  if (last === undefined || maxAttempts === 1) return { retry: false };
  const count = (code: ErrorCode): number => codes.filter((each) => each === code).length;
  const losses = count('node-lost') + count('node-refused');
  const fullDisks = count('disk-full');
  if (codes.length - losses - fullDisks >= maxAttempts) return { retry: false };
  if (losses >= Math.max(mostLosses, maxAttempts) || fullDisks >= mostFullDisks) return { retry: false };
  const blame = blameFor(last);
  if (blame === 'input') return { retry: false };
  const appFaults = codes.filter((code) => blameOf[code] === 'app').length;
  if (blame === 'app' && appFaults > 1) return { retry: false };
  if (last === 'node-lost') return { retry: true, delayMs: 0 };
  const machineFaults = codes.filter((code) => blameFor(code) === 'machine').length;
  return {
    retry: true,
    delayMs: Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.max(0, machineFaults - 1)),
  };
}

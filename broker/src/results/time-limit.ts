import { MeshdeckError } from '@meshdeck/shared';

/** One look through a result: ten million rows take a sixth of it. */
const usualSeconds = 120;

/** Ends work that takes too long. @throws MeshdeckError `too-large` */
export async function withinTime<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  seconds = usualSeconds,
): Promise<T> {
  const limit = AbortSignal.timeout(seconds * 1000);
  try {
    return await work(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new MeshdeckError(
      'too-large',
      `Looking through this result takes longer than ${seconds} s, so the hub stopped. Download it instead.`,
      { cause: error },
    );
  }
}

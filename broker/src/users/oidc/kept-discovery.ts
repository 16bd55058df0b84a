/** Keys and endpoints change rarely; a provider that moved is found again. */
const knownForMs = 3_600_000;
/** How old an answer may be where it has to tell whether the provider is there. */
const freshForMs = 10_000;
/** How long a provider that did not answer is left alone. */
const restMs = 3000;

export interface KeptDiscovery<T> {
  /** Within the last ten seconds, so that a provider that is down is told of here. @throws what `discover` threw */
  fresh(): Promise<T>;
  /** Within the last hour. @throws what `discover` threw */
  known(): Promise<T>;
  /** Asks anew. */
  ask(): Promise<T>;
}

/**
 * What a provider says of itself, asked for at most once in ten seconds, or three where it does not answer, however many
 * strangers begin to sign in; all who ask meanwhile share one question.
 */
export function createKeptDiscovery<T>(discover: () => Promise<T>, now: () => number): KeptDiscovery<T> {
  let kept: { found: T; at: number } | null = null;
  let failed: { error: unknown; at: number } | null = null;
  let asking: Promise<T> | null = null;

  async function discovered(): Promise<T> {
    try {
      const found = await discover();
      kept = { found, at: now() };
      failed = null;
      return found;
    } catch (error) {
      failed = { error, at: now() };
      throw error;
    } finally {
      asking = null;
    }
  }

  const ask = () => (asking ??= discovered());

  async function within(ms: number): Promise<T> {
    if (kept !== null && now() - kept.at < ms) return kept.found;
    if (failed !== null && now() - failed.at < restMs) throw failed.error;
    return ask();
  }

  return { fresh: () => within(freshForMs), known: () => within(knownForMs), ask };
}

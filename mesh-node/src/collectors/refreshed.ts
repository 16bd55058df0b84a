/**
 * Caches a reading that is expensive to take. The first caller waits for it; later ones get the last reading at once
 * while, every `everyMs`, a new one is taken behind their backs: a slow device never holds up a heartbeat twice.
 * A reading that failed is thrown to callers until one succeeds.
 */
export function createRefreshed<T>(options: {
  everyMs: number;
  read: () => Promise<T>;
  now?: () => number;
}): () => Promise<T> {
  const { everyMs, read, now = () => performance.now() } = options;
  let shown: Promise<T> | null = null;
  let startedAt = -Infinity;
  let running = false;

  const start = (): Promise<T> => {
    startedAt = now();
    running = true;
    const reading = read();
    const settle = () => {
      running = false;
      shown = reading;
    };
    reading.then(settle, settle);
    return reading;
  };

  return () => {
    if (!running && now() - startedAt >= everyMs) {
      const reading = start();
      shown ??= reading;
    }
    return shown ?? start();
  };
}

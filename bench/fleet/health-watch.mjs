import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 50;
const patienceMs = 30_000;

/** Asks `/healthz` again and again until it is stopped; the waits in ms, a silence counted as long as it lasted. @param {string} url */
export function watchHealth(url) {
  /** @type {number[]} */
  const waits = [];
  let isOver = false;
  async function watch() {
    while (!isOver) {
      const startedAt = performance.now();
      await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(patienceMs) })
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
      waits.push(performance.now() - startedAt);
      await pause(everyMs);
    }
  }
  const watching = watch();
  return {
    async stop() {
      isOver = true;
      await watching;
      return waits;
    },
  };
}

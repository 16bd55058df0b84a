import { descendantsOf } from '@meshdeck/testing/measure';

/** @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Gives a program and all it started a share of the time, as a much slower machine would have: stopped and continued
 * in turn. Needs no rights beyond those over one's own processes.
 *
 * @param {number} pid
 * @param {{ share: number, periodMs?: number }} options `share`: 0..1 of the time it may run
 * @returns {() => void} lets it run freely again
 */
export function throttle(pid, { share, periodMs = 200 }) {
  let ended = false;
  /** @type {number[]} */
  let stopped = [];
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const stop = () => {
    stopped = [pid, ...descendantsOf(pid)];
    for (const one of stopped) send(one, 'SIGSTOP');
    timer = setTimeout(go, periodMs * (1 - share));
  };
  const go = () => {
    for (const one of stopped) send(one, 'SIGCONT');
    stopped = [];
    if (!ended) timer = setTimeout(stop, periodMs * share);
  };
  stop();
  return () => {
    ended = true;
    clearTimeout(timer);
    go();
  };
}

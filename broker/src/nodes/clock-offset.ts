/** Heartbeats that are looked at: ten seconds' worth. */
const mostSamples = 5;
/** Less than this disturbs nobody. */
const toleratedMs = 30_000;

/**
 * The newest few differences between what a machine's clock says and the hub's at its arrival, ms. A message on its way
 * only ever makes a clock look slower, so the largest difference is the truest: one late heartbeat is no wrong clock.
 */
export function addClockSample(samples: readonly number[], machineNow: number, hubNow: number): number[] {
  return [...samples, machineNow - hubNow].slice(-mostSamples);
}

/** How far the clock is off where that matters; undefined where it does not, or is not known yet. */
export function clockOffsetMs(samples: readonly number[]): number | undefined {
  if (samples.length < mostSamples) return undefined;
  const offset = Math.max(...samples);
  return Math.abs(offset) > toleratedMs ? Math.round(offset / 1000) * 1000 : undefined;
}

/** What the score needs to know of a machine. */
export interface ScoreInputs {
  freeCpuPercent: number;
  freeMemPercent: number;
  freeRamBytes: number;
  /** sysbench `cpu` events per second, all cores; null before the first benchmark. */
  eventsPerSecond: number | null;
  /** null where the machine has no sensor. */
  cpuTemperatureCelsius: number | null;
}

export interface Score {
  score: number;
  /** 0..25 */
  load: number;
  performance: number;
  /** 0..1 */
  thermal: number;
  /** True where the machine has no temperature sensor and `thermal` is taken as 1. */
  thermalUnknown: boolean;
}

/** In the formula a GB of RAM is 10^9 bytes. */
const bytesPerGB = 1e9;
const coolCelsius = 80;
const hotCelsius = 95;

/** `1 / (3 / freeCpuPercent + 1 / freeMemPercent)`: a weighted harmonic mean, at most 25, 0 when either is 0. */
export function loadTerm(freeCpuPercent: number, freeMemPercent: number): number {
  if (freeCpuPercent <= 0 || freeMemPercent <= 0) return 0;
  return 1 / (3 / freeCpuPercent + 1 / freeMemPercent);
}

/** `eventsPerSecond / 10000 + min(2, freeRamGB) / 10` */
export function performanceTerm(eventsPerSecond: number, freeRamBytes: number): number {
  return eventsPerSecond / 10_000 + Math.min(2, freeRamBytes / bytesPerGB) / 10;
}

/** 1 up to 80 °C, falling linearly to 0 at 95 °C and above. */
export function thermalTerm(cpuTemperatureCelsius: number): number {
  const share = (hotCelsius - cpuTemperatureCelsius) / (hotCelsius - coolCelsius);
  return Math.min(1, Math.max(0, share));
}

/** `score = load * performance * thermal`; the highest wins, 0 is never scheduled. */
export function scoreOf(inputs: ScoreInputs): Score {
  const load = loadTerm(inputs.freeCpuPercent, inputs.freeMemPercent);
  const performance = performanceTerm(inputs.eventsPerSecond ?? 0, inputs.freeRamBytes);
  const thermalUnknown = inputs.cpuTemperatureCelsius === null;
  const thermal = inputs.cpuTemperatureCelsius === null ? 1 : thermalTerm(inputs.cpuTemperatureCelsius);
  return { score: load * performance * thermal, load, performance, thermal, thermalUnknown };
}

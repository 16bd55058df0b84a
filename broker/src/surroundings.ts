import { fileURLToPath } from 'node:url';
import pino, { type Logger } from 'pino';
import type { HubConfig } from './config/index.js';

/** What the hub finds around itself: where it logs, and the folders that come with the program. */
export interface HubSurroundings {
  logger: Logger;
  uiDir: string;
  samplesDir: string;
  /** Unix ms */
  now: () => number;
}

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Logs to stderr; stdout belongs to the ready line. */
export function usualSurroundings(config: Pick<HubConfig, 'logLevel'>): HubSurroundings {
  return {
    logger: pino({ level: config.logLevel, base: undefined }, pino.destination(2)),
    uiDir: beside('../../desktop/dist/renderer'),
    samplesDir: beside('../../sample-apps'),
    now: Date.now,
  };
}

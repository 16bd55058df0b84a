import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../build/paths.mjs';

const patienceMs = 30_000;

/** What a hub needs in its environment to be asked for its memory. @param {string} file */
export const probeEnvironment = (file) => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'scripts/fuzz/memory-probe.mjs')).href}`,
  FUZZ_MEMORY_FILE: file,
});

/**
 * Bytes that a hub holds once its garbage is collected: its JavaScript heap and what hangs on it, buffers included. What
 * the process has of the system's memory says less: an allocator that had a storm keeps its pages.
 *
 * @param {{ pid: number, kill: (signal: NodeJS.Signals) => void }} hub @param {string} file @returns {Promise<number | null>} null where it does not answer
 */
export async function heldBytes(hub, file) {
  rmSync(file, { force: true });
  hub.kill('SIGUSR2');
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    try {
      const { heapUsed, external } = JSON.parse(readFileSync(file, 'utf8'));
      return heapUsed + external;
    } catch {
      await pause(50);
    }
  }
  return null;
}

import { appendFileSync, createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What happened when, a line each, so that a seed that failed can be studied; beside it what every program printed.
 *
 * @typedef {object} Journal
 * @property {string} path
 * @property {(what: string, facts?: Record<string, unknown>) => void} note
 * @property {(name: string) => (text: string) => void} outputOf takes what a program prints, to NAME.log
 * @property {() => Promise<void>} close
 */

/** @param {string} folder @returns {Journal} */
export function createJournal(folder) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'soak.jsonl');
  const beganAt = performance.now();
  /** @type {Map<string, import('node:fs').WriteStream>} */
  const outputs = new Map();
  return {
    path,
    note(what, facts = {}) {
      const seconds = Number(((performance.now() - beganAt) / 1000).toFixed(3));
      appendFileSync(path, `${JSON.stringify({ seconds, at: Date.now(), what, ...facts })}\n`);
    },
    outputOf(name) {
      const file = outputs.get(name) ?? createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
      outputs.set(name, file);
      return (text) => void file.write(text);
    },
    async close() {
      await Promise.all([...outputs.values()].map((file) => new Promise((done) => file.end(done))));
    },
  };
}

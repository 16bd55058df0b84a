import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * One of our own programs, running: it prints JSON events on stdout and logs on stderr.
 *
 * @typedef {object} Program
 * @property {number} pid
 * @property {(name: string, timeoutMs?: number) => Promise<Record<string, unknown>>} event the first event of that name
 * @property {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} exited
 * @property {() => string} output the last of what it printed on both streams, for error messages
 * @property {(signal: NodeJS.Signals) => void} kill
 * @property {() => Promise<void>} stop SIGTERM, and SIGKILL by pid where that is not heard
 */

const keptCharacters = 20_000;
const stopMs = 6000;

/** Our environment without the settings of a hub or agent that may stand in it. */
export function cleanEnvironment(extra = {}) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('MESHDECK_'));
  return { ...Object.fromEntries(own), ...extra };
}

/** @param {string} line @returns {Record<string, unknown> | null} */
function parseEvent(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && value !== null && typeof value.event === 'string' ? value : null;
  } catch {
    return null;
  }
}

/**
 * @param {{ name: string, command: string, args: string[], env?: Record<string, string>, cwd?: string,
 *   onOutput?: (text: string) => void }} options
 * @returns {Program}
 */
export function startProgram({ name, command, args, env = {}, cwd, onOutput }) {
  const child = spawn(command, args, {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  /** @param {string} text */
  const keep = (text) => {
    output = (output + text).slice(-keptCharacters);
    onOutput?.(text);
  };
  /** @type {Record<string, unknown>[]} */
  const events = [];
  /** @type {Set<() => void>} */
  const listeners = new Set();
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(`${line}\n`);
    const event = parseEvent(line);
    if (event !== null) events.push(event);
    for (const listener of [...listeners]) listener();
  });
  child.stderr.setEncoding('utf8').on('data', keep);

  /** @type {{ code: number | null, signal: NodeJS.Signals | null } | null} */
  let ended = null;
  const exited = new Promise((resolve) => {
    child.once('error', (error) => {
      keep(`${error.message}\n`);
      resolve({ code: 127, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  void exited.then((how) => {
    ended = how;
    for (const listener of [...listeners]) listener();
  });

  return {
    pid: child.pid ?? -1,
    exited,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    event(wanted, timeoutMs = 20_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(`said no "${wanted}" within ${timeoutMs} ms`), timeoutMs);
        /** @param {string | Record<string, unknown>} result */
        const finish = (result) => {
          clearTimeout(timer);
          listeners.delete(look);
          if (typeof result === 'string') reject(new Error(`${name} ${result}:\n${output}`));
          else resolve(result);
        };
        const look = () => {
          const found = events.find(({ event }) => event === wanted);
          if (found !== undefined) finish(found);
          else if (ended !== null) finish(`ended (${ended.signal ?? ended.code}) before it said "${wanted}"`);
        };
        listeners.add(look);
        look();
      });
    },
    async stop() {
      if (ended !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

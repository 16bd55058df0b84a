import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One of our own programs, running: it prints JSON events on stdout and logs on stderr. */
export interface Program {
  pid: number;
  /** The first event of that name. */
  event: (name: string, timeoutMs?: number) => Promise<Record<string, unknown>>;
  exited: Promise<Exit>;
  /** The last of what it printed on both streams, for error messages. */
  output: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM, and SIGKILL by pid where that is not heard. */
  stop: () => Promise<void>;
}

export interface ProgramOptions {
  /** What messages call it. */
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  onOutput?: (text: string) => void;
}

const keptCharacters = 20_000;
const stopMs = 6000;

/** Our environment without the settings of a hub or agent that may stand in it. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('MESHDECK_'));
  return { ...Object.fromEntries(own), ...extra };
}

function parseEvent(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent =
      typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string';
    return isEvent ? { ...value } : null;
  } catch {
    return null;
  }
}

export function startProgram({ name, command, args, env = {}, cwd, onOutput }: ProgramOptions): Program {
  const child = spawn(command, args, {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-keptCharacters);
    onOutput?.(text);
  };
  const events: Record<string, unknown>[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(`${line}\n`);
    const event = parseEvent(line);
    if (event !== null) events.push(event);
    for (const listener of [...listeners]) listener();
  });
  child.stderr.setEncoding('utf8').on('data', keep);

  let ended: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
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
        const finish = (result: string | Record<string, unknown>) => {
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

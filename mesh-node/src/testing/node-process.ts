import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

interface Builder {
  buildAgent: (options: { outdir: string }) => Promise<void>;
}
const builder = async (): Promise<Builder> =>
  (await import(pathToFileURL(join(packageFolder, 'build.mjs')).href)) as Builder;

/**
 * The agent's programs where every user of the system can read them, wherever this checkout lies, as an installed agent
 * is. Without the libraries that stand beside it: ONNX Runtime, and what other systems than Linux are measured with.
 */
export async function installTestAgent(): Promise<{ program: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-agent-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const { buildAgent } = await builder();
  await buildAgent({ outdir: join(folder, 'dist') });
  return {
    program: join(folder, 'dist/cli.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Bundles the agent's programs as `npm run build` does, into a folder of its own; gives the command's file. */
export async function buildTestAgent(): Promise<{ program: string; remove: () => Promise<void> }> {
  await mkdir(join(packageFolder, 'dist'), { recursive: true });
  const outdir = await mkdtemp(join(packageFolder, 'dist', 'test-'));
  const { buildAgent } = await builder();
  await buildAgent({ outdir });
  return { program: join(outdir, 'cli.js'), remove: () => rm(outdir, { recursive: true, force: true }) };
}

export interface NodeProcess {
  child: ChildProcess;
  events: Record<string, unknown>[];
  stderr: () => string;
  /** The next event of this kind, now or later. */
  event: (name: string) => Promise<Record<string, unknown>>;
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `meshdeck-node` as a process, killed when the test ends. `before` goes before its command line, as setpriv(1) does. */
export function startNodeProcess(
  program: string,
  args: string[],
  env: Record<string, string> = {},
  before: readonly string[] = [],
): NodeProcess {
  const [command = process.execPath, ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const events: Record<string, unknown>[] = [];
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of [...watchers]) look();
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    events,
    stderr: () => stderr,
    exit,
    event: (name) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(({ event }) => event === name);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void exit.then(({ code }) => reject(new Error(`ended with ${code}: ${stderr}`)));
      }),
  };
}

import { spawn } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  MeshdeckError,
  protectionSubjects,
  protectionSubjectSchema,
  type ProtectionStage,
  type ProtectionSubject,
} from '@meshdeck/shared';
import * as z from 'zod';
import { planFor } from '../network/door-plan.js';
import { createJobKeeper } from '../network/job-keeper.js';
import { startTicks } from '../runners/process/proc.js';
import { runProcess } from '../runners/process/run-process.js';
import { wrapModelProcess, type ModelFolders } from './model-cell.js';
import { openProbeOutside } from './probe-outside.js';
import { diskSource, memorySource, reachSource, type ProbeWishes } from './probe-program.js';
import { programPaths } from './runtime-paths.js';
import type { ProgramNetwork, Sandbox } from './sandbox.js';

const mebibyte = 1024 ** 2;
const timeoutMs = 20_000;
/** Small, so that the try costs the machine little; what holds it is what holds every job. */
const probeProcesses = 48;
const probeMemoryBytes = 192 * mebibyte;
/** Well past the limit and the headroom above it. */
const memoryTriedBytes = 512 * mebibyte;
/** Well past the limit of 1 MiB, and little on a disk that is nearly full. */
const diskTriedMebibytes = 4;
/** A few looks of whoever watches the disk. */
const diskHeldMs = 4000;

const answerSchema = z.object({ subject: protectionSubjectSchema, reached: z.boolean() });

/** What the probe reached at each stage; what is missing it could not try. */
export type Reached = Record<ProtectionStage, Partial<Record<ProtectionSubject, boolean>>>;

const sleep = () =>
  process.platform === 'win32'
    ? [process.execPath, '-e', 'setTimeout(() => {}, 20000)']
    : ['/bin/sleep', '20'];

const environment = (id: string) => ({
  ELECTRON_RUN_AS_NODE: '1',
  MESHDECK_ATTEMPT: id,
  PATH: process.env['PATH'] ?? '',
  ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? '' } : {}),
});

/** A network as an installation's: a door behind which nobody is. */
const installersNetwork = (): ProgramNetwork => ({
  plan: {
    listen: [{ address: '127.0.0.1', port: 8099, host: 'packages', hostPort: 80 }],
    names: {},
    ports: null,
    addresses: [],
  },
  keeper: { knows: () => Promise.resolve(false), connect: () => Promise.reject(new Error('a probe')) },
});

/** A network as a job's that asks for the internet. */
const jobsNetwork = (): ProgramNetwork => ({
  plan: planFor('internet'),
  keeper: createJobKeeper('internet', () => undefined),
});

/** Runs the probe jobs below `folder`, in cells like any attempt's, at every stage, and leaves nothing behind. */
export async function runProbe(options: {
  sandbox: Sandbox;
  folder: string;
  keyFile: string;
  models: ModelFolders;
  signal: AbortSignal;
  freeMemory?: () => number;
}): Promise<Reached> {
  const { sandbox, folder, keyFile, signal, freeMemory = freemem } = options;
  const reached: Reached = { script: {}, install: {}, model: {} };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(folder, 0o711);
  const beside = join(dirname(keyFile), 'probe-was-here');
  let cells = 0;

  const note = (stage: ProtectionStage, text: string) => {
    const answer = answerSchema.safeParse(JSON.parse(text));
    if (answer.success) reached[stage][answer.data.subject] = answer.data.reached;
  };

  /** A folder that is one job's alone, as an attempt's are. */
  async function cell() {
    const path = join(folder, String((cells += 1)));
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, 'secret'), 'of this job', { mode: 0o600 });
    const user = sandbox.takeUser();
    await sandbox.give(user, path);
    return { path, user };
  }

  async function run(
    stage: ProtectionStage,
    program: {
      source: string;
      args: string[];
      memoryBytes?: number;
      network?: ProgramNetwork;
      onAnswer?: (text: string) => void;
    },
  ): Promise<void> {
    const { path, user } = await cell();
    const id = `probe-${cells}-${process.pid}` as const;
    await runProcess({
      attemptId: id,
      command: process.execPath,
      args: ['-e', program.source, ...program.args],
      workFolder: path,
      env: environment(id),
      sandbox,
      user,
      network: program.network ?? 'none',
      gpu: false,
      reads: programPaths(),
      writes: [path],
      temporary: path,
      disk: { folders: [path], before: { bytes: 0, entries: 0 } },
      limits: { memoryBytes: program.memoryBytes ?? 1024 * mebibyte, outputBytes: mebibyte },
      processes: probeProcesses,
      deadlineMs: Date.now() + timeoutMs,
      signal,
      onLine(stream, text) {
        if (stream === 'stdout') (program.onAnswer ?? ((line) => note(stage, line)))(text);
      },
      onDropped: () => undefined,
    });
  }

  /** What reaches a limit on the way is held by it. */
  async function runInto(
    limit: string,
    subject: ProtectionSubject,
    program: Parameters<typeof run>[1],
  ): Promise<void> {
    await run('script', program).catch((error: unknown) => {
      if (!(error instanceof MeshdeckError) || error.code !== limit) throw error;
      reached.script[subject] = false;
    });
  }

  /** Tries what can be reached at a stage, with everything on this machine that there is to reach. */
  async function reach(
    stage: ProtectionStage,
    program: { processes: number; network?: ProgramNetwork },
    execute: (args: string[]) => Promise<void> = (args) =>
      run(stage, { ...program, source: reachSource, args }),
  ): Promise<void> {
    const other = await cell();
    const outside = await openProbeOutside(beside);
    try {
      const wishes: ProbeWishes = {
        key: keyFile,
        otherJob: join(other.path, 'secret'),
        outside: [...outside.files, join(other.path, 'x')],
        agentPid: process.pid,
        agentStarted: startTicks(process.pid),
        listeners: outside.listeners,
        processes: program.processes,
        sleep: sleep(),
        leaves: outside.leaves,
      };
      await execute([JSON.stringify(wishes)]);
      const otherWritten = await rm(join(other.path, 'x')).then(
        () => true,
        () => false,
      );
      reached[stage]['outside-files'] = outside.wasWritten() || otherWritten;
      const left = outside.leftSomething();
      if (left !== null) reached[stage].leftovers = left;
    } finally {
      await outside.remove();
    }
  }

  /** In the sandbox that the runner of models is warm in, which is another than a job's. */
  async function runAsModel(args: string[]): Promise<void> {
    const line = wrapModelProcess(sandbox, options.models, {
      command: process.execPath,
      args: ['-e', reachSource, ...args],
      reads: programPaths(),
    });
    const child = spawn(line.command, line.args, {
      env: environment(`probe-model-${process.pid}`),
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal,
    });
    createInterface({ input: child.stdout }).on('line', (text) => note('model', text));
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  }

  try {
    await reach('script', { processes: probeProcesses + 16 });
    if ((await sandbox.networkMissing()) === null) {
      await reach('install', { processes: probeProcesses + 16, network: installersNetwork() });
      const without = { ...reached.script };
      await reach('script', { processes: 0, network: jobsNetwork() });
      const { network: ownMachine = true, ...also } = reached.script;
      reached.script = { ...also, ...without, 'own-machine': ownMachine };
      // What is held without a network has to be held with one as well.
      for (const subject of protectionSubjects)
        if (subject !== 'network' && also[subject as keyof typeof also] === true)
          reached.script[subject] = true;
    } else {
      await reach('install', { processes: probeProcesses + 16, network: 'open' });
      reached.script['own-machine'] = true;
    }
    await reach('model', { processes: 0 }, runAsModel);
    await runInto('app-output-limit', 'disk', {
      source: diskSource,
      args: [String(diskTriedMebibytes), String(diskHeldMs)],
    });
    if (freeMemory() > 2 * memoryTriedBytes)
      await runInto('app-memory-limit', 'memory', {
        source: memorySource,
        args: [String(memoryTriedBytes)],
        memoryBytes: probeMemoryBytes,
      });
    return reached;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

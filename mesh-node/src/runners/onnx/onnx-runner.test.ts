import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildRunnerProcess, fixture, runCsv, startTestRunner, temporaryFolder } from './test-runner.js';

let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
beforeAll(async () => {
  built = await buildRunnerProcess();
});
afterAll(() => built.remove());

/** Process ids of this process's living runner children. */
async function runnerPids(): Promise<number[]> {
  const pids: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [stat, command] = await Promise.all([
      readFile(`/proc/${entry}/stat`, 'utf8').catch(() => ''),
      readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => ''),
    ]);
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && Number(parent) === process.pid && command.includes(built.modulePath)) {
      pids.push(Number(entry));
    }
  }
  return pids;
}

/** Processor time a process has used, in hundredths of a second. */
async function processorTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const linux = process.platform === 'linux';
const manyRows = `x\n${'1.5\n'.repeat(2_000_000)}`;

describe('a small run', () => {
  const terms = {
    modelPath: fixture('echo'),
    outputLimitBytes: 1000,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };

  it('gives the bytes that a run over files writes', async () => {
    const runner = startTestRunner(built.modulePath);
    const csv = 'id;x\r\na;1.5\r\n"b;c";-2\r\n';
    const { text } = await runCsv({ runner, model: 'echo', csv });
    const run = await runner.runSmall({ ...terms, table: Buffer.from(csv), keepBytes: 1000 });
    expect(run?.table.toString()).toBe(text);
    expect(run?.rows).toBe(2);
  });

  it('gives nothing back that is larger than what may be kept, and the next run works', async () => {
    const runner = startTestRunner(built.modulePath);
    const table = Buffer.from(`x\n${'1\n'.repeat(100)}`);
    expect(await runner.runSmall({ ...terms, table, keepBytes: 100 })).toBeNull();
    const run = await runner.runSmall({ ...terms, table, keepBytes: 1000 });
    expect(run?.rows).toBe(100);
  });

  it('fails as a run over files does', async () => {
    const runner = startTestRunner(built.modulePath);
    const small = (csv: string, outputLimitBytes = 1000) =>
      runner.runSmall({ ...terms, table: Buffer.from(csv), keepBytes: 1000, outputLimitBytes });
    await expect(small('x\n')).rejects.toMatchObject({ code: 'csv-empty' });
    await expect(small('x\nhello\n')).rejects.toMatchObject({ code: 'csv-value-invalid' });
    await expect(small('x\n1\n2\n', 5)).rejects.toMatchObject({ code: 'app-output-limit' });
  });
});

describe('small runs at the same time', () => {
  type Runner = ReturnType<typeof startTestRunner>;
  const small = (runner: Runner, csv: string, more: Partial<Parameters<Runner['runSmall']>[0]> = {}) =>
    runner.runSmall({
      modelPath: fixture('echo'),
      outputLimitBytes: 50e6,
      keepBytes: 50e6,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      table: Buffer.from(csv),
      ...more,
    });

  it('each get their own result, more of them than go together', async () => {
    const runner = startTestRunner(built.modulePath);
    const runs = await Promise.all(Array.from({ length: 80 }, (_, at) => small(runner, `x\n${at}\n`)));
    expect(runs.map((run) => run?.table.toString().split('\n')[1])).toEqual(
      runs.map((_, at) => `${at},${at}`),
    );
    expect(runs.filter((run) => (run?.modelLoadMs ?? 0) > 0)).toHaveLength(1);
  });

  it('fail, are too large and are cancelled each for itself', async () => {
    const runner = startTestRunner(built.modulePath);
    const control = new AbortController();
    const runs = [
      // Holds the process, so that the others go together.
      small(runner, `x\n${'1\n'.repeat(200_000)}`),
      small(runner, 'x\nhello\n'),
      small(runner, `x\n${'1\n'.repeat(100)}`, { keepBytes: 100 }),
      small(runner, 'x\n1\n', { signal: control.signal }),
      small(runner, 'x\n2\n'),
    ];
    control.abort();
    const [, failed, large, cancelled, good] = await Promise.allSettled(runs);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'csv-value-invalid' } });
    expect(large).toEqual({ status: 'fulfilled', value: null });
    expect(cancelled).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { rows: 1 } });
  });

  it.runIf(linux)('run alone once a process died under several of them', async () => {
    const runner = startTestRunner(built.modulePath);
    const first = small(runner, 'x\n1\n');
    const rest = Array.from({ length: 4 }, () => small(runner, `x\n${'1.5\n'.repeat(300_000)}`));
    await first;
    const [pid] = await runnerPids();
    if (pid === undefined) throw new Error('expected a process');
    process.kill(pid, 'SIGSEGV');
    const runs = await Promise.all(rest);
    expect(runs.map((run) => run?.rows)).toEqual(rest.map(() => 300_000));
    expect(await runnerPids()).not.toContain(pid);
  });

  it('that never end do not keep others from their own time', async () => {
    const runner = startTestRunner(built.modulePath);
    const endless = { modelPath: fixture('endless'), timeoutMs: 600 };
    const runs = [1, 2, 3].map(() => small(runner, 'x\n1\n', endless));
    const outcomes = await Promise.allSettled([...runs, small(runner, 'x\n7\n')]);
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : outcome.value?.rows,
    );
    expect(codes).toEqual(['app-timeout', 'app-timeout', 'app-timeout', 1]);
  });
});

describe('a run', () => {
  it('reports progress that grows, and the rows', async () => {
    const seen: { fraction: number; rows: number }[] = [];
    const { result } = await runCsv({
      runner: startTestRunner(built.modulePath),
      model: 'echo',
      csv: manyRows,
      onProgress: (progress) => seen.push(progress),
    });
    expect(result.rows).toBe(2_000_000);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every(({ fraction }, at) => fraction <= 1 && fraction > (seen[at - 1]?.fraction ?? 0))).toBe(
      true,
    );
    expect(seen.every(({ rows }, at) => rows > (seen[at - 1]?.rows ?? 0))).toBe(true);
  });

  it('ends when cancelled, and its process takes the next run', async () => {
    const runner = startTestRunner(built.modulePath);
    const abort = new AbortController();
    const cancelled = runCsv({
      runner,
      model: 'echo',
      csv: manyRows,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const next = await runCsv({ runner, model: 'echo', csv: 'x\n1\n' });
    expect(next.result).toMatchObject({ rows: 1, modelLoadMs: 0 });
  });

  it('ends when cancelled inside a model that never answers', async () => {
    const runner = startTestRunner(built.modulePath);
    const abort = new AbortController();
    const run = runCsv({ runner, model: 'endless', csv: 'x\n1\n', signal: abort.signal });
    abort.abort();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect((await runCsv({ runner, model: 'echo', csv: 'x\n1\n' })).result.rows).toBe(1);
  });

  it('is killed when its time is up, leaves no half result, and the next gets a new process', async () => {
    const runner = startTestRunner(built.modulePath);
    const folder = await temporaryFolder();
    const inputPath = join(folder, 'in.csv');
    const outputPath = join(folder, 'out.csv');
    await writeFile(inputPath, 'x\n1\n');
    const run = runner.run({
      modelPath: fixture('endless'),
      inputPath,
      outputPath,
      outputLimitBytes: 1e6,
      timeoutMs: 700,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect(run).rejects.toMatchObject({ code: 'app-timeout' });
    expect([existsSync(outputPath), existsSync(`${outputPath}.part`)]).toEqual([false, false]);
    expect((await runCsv({ runner, model: 'echo', csv: 'x\n1\n' })).result.rows).toBe(1);
  });

  it.runIf(linux)('is killed when it takes too much memory', async () => {
    const runner = startTestRunner(built.modulePath);
    const run = runCsv({ runner, model: 'memory-hungry', csv: 'x\n1\n', memoryLimitBytes: 300e6 });
    await expect(run).rejects.toMatchObject({
      code: 'app-memory-limit',
      message: expect.stringContaining('300 MB') as string,
    });
    expect((await runCsv({ runner, model: 'echo', csv: 'x\n1\n' })).result.rows).toBe(1);
  });

  it.runIf(linux)('fails as crashed when its process dies, and the next gets a new one', async () => {
    const runner = startTestRunner(built.modulePath);
    let killed: number | undefined;
    const run = runCsv({
      runner,
      model: 'echo',
      csv: manyRows,
      onProgress: () => {
        void runnerPids().then(([pid]) => {
          if (pid === undefined || killed !== undefined) return;
          killed = pid;
          process.kill(pid, 'SIGSEGV');
        });
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'app-crashed',
      detail: expect.stringContaining('SIGSEGV') as string,
    });
    expect((await runCsv({ runner, model: 'echo', csv: 'x\n1\n' })).result.rows).toBe(1);
    expect(await runnerPids()).not.toContain(killed);
  });
});

describe('its processes', () => {
  it('fail as crashed when they cannot even start, with what they printed', async () => {
    const modulePath = join(await temporaryFolder(), 'broken.mjs');
    await writeFile(modulePath, "throw new Error('library missing');\n");
    await expect(
      runCsv({ runner: startTestRunner(modulePath), model: 'echo', csv: 'x\n1\n' }),
    ).rejects.toMatchObject({
      code: 'app-crashed',
      detail: expect.stringContaining('library missing') as string,
    });
  });

  it.runIf(linux)('are at most as many as allowed, and all runs get done', async () => {
    const runner = startTestRunner(built.modulePath, { maxProcesses: 2 });
    const runs = Array.from({ length: 6 }, (_, at) => runCsv({ runner, model: 'echo', csv: `x\n${at}\n` }));
    const done = await Promise.all(runs);
    expect(done.map(({ lines }) => lines[1])).toEqual(done.map((_, at) => [String(at), String(at)]));
    expect((await runnerPids()).length).toBe(2);
  });

  it.runIf(linux)('end when idle', async () => {
    const runner = startTestRunner(built.modulePath, { idleMs: 50 });
    await runCsv({ runner, model: 'echo', csv: 'x\n1\n' });
    await vi.waitFor(async () => expect(await runnerPids()).toEqual([]), { timeout: 5000 });
  });

  it.runIf(linux)('end when the agent is killed, even inside a model that never answers', async () => {
    const request = { type: 'run', jobKey: 'job', modelPath: fixture('endless'), outputLimitBytes: 1e6 };
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'in.csv'), 'x\n1\n');
    const paths = { inputPath: join(folder, 'in.csv'), outputPath: join(folder, 'out.csv') };
    const agentPath = join(folder, 'agent.mjs');
    await writeFile(
      agentPath,
      `import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(built.modulePath)}, { serialization: 'advanced' });
      child.once('message', () => child.send(${JSON.stringify({ ...request, ...paths })}, () => {
        console.log(child.pid);
      }));`,
    );
    const agent = spawn(process.execPath, [agentPath], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(agent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    // Inside the model: its loop has used processor time that starting up does not take.
    await vi.waitFor(async () => expect(await processorTicks(pid)).toBeGreaterThan(80), { timeout: 60_000 });
    agent.kill('SIGKILL');
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 60_000 });
  });

  it.runIf(linux)('end with the runner, and waiting runs with them', async () => {
    const runner = startTestRunner(built.modulePath);
    const runs = [1, 2].map(() => runCsv({ runner, model: 'endless', csv: 'x\n1\n' }));
    const outcomes = Promise.allSettled(runs);
    await vi.waitFor(async () => expect((await runnerPids()).length).toBe(1), { timeout: 5000 });
    await runner.stop();
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toMatchObject([
      { code: 'cancelled' },
      { code: 'cancelled' },
    ]);
    expect(await runnerPids()).toEqual([]);
  });
});

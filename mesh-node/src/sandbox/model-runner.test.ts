import { spawnSync } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listPids } from '../runners/process/proc.js';
import { buildTestAgent, startNodeProcess } from '../testing/node-process.js';
import { ending, runOrder, temporaryFolder, testHub } from '../testing/test-agent.js';

const shutIn =
  process.platform === 'linux' &&
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;

let agent: Awaited<ReturnType<typeof buildTestAgent>>;
beforeAll(async () => {
  agent = await buildTestAgent();
}, 120_000);
afterAll(() => agent.remove());

/** Node processes that run this program, without those that only stand around them. */
async function runners(program: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of listPids()) {
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (line[0] === process.execPath && line.includes(program)) found.push(pid);
  }
  return found;
}

it.skipIf(!shutIn)(
  'a hostile model cannot reach the network, the agent or any right: its runner is shut in, warm, and ends with the agent',
  async () => {
    const hub = await testHub();
    const data = await temporaryFolder();
    const flags = ['--data', data, '--no-mdns', '--hub', hub.url, '--slots', '1'];
    const running = startNodeProcess(agent.program, flags);
    const { nodeId } = await running.event('joined');
    const model = await readFile(new URL('../runners/onnx/fixtures/softmax.onnx', import.meta.url));
    const files = { 'model.onnx': model };
    const order = runOrder(hub, { runtime: 'onnx', entry: 'model.onnx', files, input: 'a,b,c\n1,2,3\n' });
    await hub.order(String(nodeId), order);
    expect(await ending(hub, order.attemptId, 30_000)).toMatchObject({ type: 'succeeded' });

    const program = agent.program.replace('cli.js', 'runner-process.js');
    const [pid, ...others] = await runners(program);
    expect(others).toEqual([]);
    const namespaces = ['net', 'pid', 'mnt', 'ipc'] as const;
    for (const name of namespaces)
      expect(await readlink(`/proc/${pid}/ns/${name}`)).not.toBe(await readlink(`/proc/self/ns/${name}`));
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const path of ['/etc/shadow', '/root', '/home', `${data}/identity.json`, `${data}/hub.json`])
      await expect(readFile(`/proc/${pid}/root${path}`)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(`/proc/${pid}/root/etc/passwd`, 'utf8')).toContain('nobody');

    running.child.kill('SIGKILL');
    await running.exit;
    await expect.poll(() => runners(program), { timeout: 60_000 }).toEqual([]);
  },
  60_000,
);

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeView } from '@meshdeck/shared';
import { agentScript, freePortFlags, runCli, startHub } from '@meshdeck/testing/mesh';
import { createLab } from '@meshdeck/testing/network';
import { canMakeNamespaces, cleanEnvironment, startProgram } from '@meshdeck/testing/programs';
import { expect, test } from './support/fixtures.js';

test.skip(!canMakeNamespaces(), 'needs network namespaces: root on Linux, apt-get install iproute2');

const middleScript = fileURLToPath(new URL('./support/middle.mjs', import.meta.url));

interface Entry {
  event: 'request' | 'code' | 'approved' | 'mqtt' | 'trouble';
  path?: string;
  body?: string;
  code?: string;
}

/** An agent whose terminal a person sits at. */
function attended(before: string[], args: string[]): { child: ChildProcess; output: () => string } {
  const [command = process.execPath, ...rest] = [...before, process.execPath, agentScript, ...args];
  const child = spawn(command, rest, { env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output };
}

/** A hub that does not announce itself, somebody who does in its place, and a machine that asks to join. */
async function withMiddle(
  folder: string,
  manner: 'clever' | 'plain',
  work: (room: {
    cli: (...args: string[]) => ReturnType<typeof runCli>;
    agent: ReturnType<typeof attended>;
    heard: () => Entry[];
    nodes: () => Promise<NodeView[]>;
  }) => Promise<void>,
): Promise<void> {
  const lab = createLab(['office', 'bench', 'middle']);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const log = join(folder, 'middle.log');
    const hub = await startHub({
      dataDir: join(folder, 'hub'),
      flags: [...freePortFlags, '--no-mdns'],
      before: lab.on('office'),
    });
    stops.push(() => hub.stop());
    const settings = JSON.stringify({ hub: hub.ready.tls, address: '10.77.0.3', log, manner });
    const [command = '', ...args] = [...lab.on('middle'), process.execPath, middleScript, settings];
    const middle = startProgram({ name: 'the middle', command, args });
    stops.push(() => middle.stop());
    await middle.event('ready');
    const agent = attended(lab.on('bench'), ['--data', join(folder, 'bench'), '--name', 'bench', '--ask']);
    const ended = once(agent.child, 'exit');
    stops.push(async () => {
      agent.child.kill('SIGTERM');
      await ended;
    });
    const cli = (...asked: string[]) => runCli(asked, { env: hub.env, before: lab.on('office') });
    await work({
      cli,
      agent,
      heard: () =>
        existsSync(log)
          ? readFileSync(log, 'utf8')
              .split('\n')
              .filter((line) => line !== '')
              .map((line) => JSON.parse(line) as Entry)
          : [],
      nodes: async () => JSON.parse((await cli('nodes', 'list', '--json')).stdout) as NodeView[],
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
    lab.remove();
  }
}

/** Everything the machine told whoever answered. */
const told = (entries: Entry[]) => entries.filter(({ event }) => event === 'request' || event === 'mqtt');
const pairingOnly = expect.stringMatching(/^\/agent\/v1\/pairing(\/[0-9a-f]{32}(\/reveal)?)?$/);

test('somebody in the middle shows other digits, and learns and orders nothing even when approved', async ({
  folder,
}) => {
  await withMiddle(folder, 'clever', async ({ cli, agent, heard, nodes }) => {
    await expect.poll(agent.output, { timeout: 30_000 }).toContain('"event":"waiting"');
    const code = /"code":"(\d{6})"/.exec(agent.output())?.[1] ?? '';
    await expect.poll(heard).toContainEqual({ event: 'code', code });
    // It poses as the machine towards the hub.
    await expect.poll(async () => (await nodes())[0]?.code ?? null).toMatch(/^\d{6}$/);
    const [pending] = await nodes();
    expect(pending).toMatchObject({
      name: 'bench',
      membership: 'pending',
      address: '10.77.0.3',
      inventory: null,
    });
    expect(pending?.code).not.toBe(code);

    // An admin who reads the machine's terminal, as he should:
    const compared = await cli('nodes', 'approve', 'bench', '--code', code);
    expect(compared).toMatchObject({ code: 1 });
    expect(compared.stderr).toContain('stands between');
    expect((await nodes())[0]).toMatchObject({ membership: 'pending' });
    expect(told(heard()).map(({ path }) => path)).toEqual(told(heard()).map(() => pairingOnly));

    // One who does not, and lets the wrong one in:
    const careless = await cli('nodes', 'approve', 'bench', '--code', pending?.code ?? '');
    expect(careless).toMatchObject({ code: 0 });
    await expect.poll(() => heard().map(({ event }) => event), { timeout: 30_000 }).toContain('approved');
    // The person at the machine was asked, too.
    await expect.poll(agent.output).toContain(`${code.slice(0, 3)} ${code.slice(3)} for this machine?`);
    agent.child.stdin?.write('no\n');
    const [exitCode] = (await once(agent.child, 'exit')) as [number];
    expect(exitCode).toBe(1);
    expect(agent.output()).toContain('the codes are not the same');
    expect(agent.output()).not.toContain('"event":"joined"');
    const entries = told(heard());
    expect(entries.map(({ path }) => path)).toEqual(entries.map(() => pairingOnly));
    expect(entries.map(({ body }) => body).join()).not.toMatch(/cpuModel|freeRam|instanceId|slots/);
  });
});

test('somebody who passes everything on is noticed by the hub, and no code is shown', async ({ folder }) => {
  await withMiddle(folder, 'plain', async ({ agent, heard, nodes }) => {
    await expect.poll(agent.output, { timeout: 30_000 }).toContain('somebody may stand between');
    expect(agent.output()).not.toContain('"event":"waiting"');
    expect(await nodes()).toEqual([]);
    const entries = told(heard());
    expect(entries.map(({ path }) => path)).toEqual(entries.map(() => pairingOnly));
  });
});

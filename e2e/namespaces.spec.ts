import { join } from 'node:path';
import { freePortFlags, runCli, startAgent, startHub } from '@meshdeck/testing/mesh';
import { createLab } from '@meshdeck/testing/network';
import { canMakeNamespaces } from '@meshdeck/testing/programs';
import { digits, linesOf } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

test.skip(!canMakeNamespaces(), 'needs network namespaces: root on Linux, apt-get install iproute2');

test('finds the hub over the network with no address given, and loses and finds it again with the cable', async ({
  folder,
}) => {
  const lab = createLab(['office', 'bench']);
  const programs: { stop: () => Promise<void> }[] = [];
  try {
    const hub = await startHub({
      dataDir: join(folder, 'hub'),
      flags: freePortFlags,
      before: lab.on('office'),
    });
    programs.push(hub);
    const cli = (...args: string[]) => runCli(args, { env: hub.env, before: lab.on('office') });
    const agent = startAgent({
      dataDir: join(folder, 'bench'),
      flags: ['--name', 'bench'],
      before: lab.on('bench'),
    });
    programs.push(agent);

    const { code } = await agent.event('waiting');
    const digitsShown = String(code).replace(/^(...)/, '$1 ');
    await expect
      .poll(async () => (await cli('nodes', 'list')).stdout)
      .toMatch(new RegExp(`pending .*${digitsShown}`));
    expect(await cli('nodes', 'approve', 'bench', '--code', String(code))).toMatchObject({ code: 0 });
    await agent.event('joined');
    await expect.poll(async () => (await cli('nodes', 'list')).stdout).toMatch(/bench .* active/);
    expect((await cli('nodes', 'show', 'bench')).stdout).toMatch(/Address +10\.77\.0\.2/);

    const out = join(folder, 'p.csv');
    const run = await cli('run', digits.app, '--input', digits.input, '--out', out);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(linesOf(out)).toHaveLength(451);

    lab.setCable('bench', 'down');
    const cutAt = Date.now();
    await expect.poll(async () => (await cli('nodes', 'list')).stdout).toMatch(/bench .* lost/);
    // Silent for 5 s, and what it takes to ask.
    expect(Date.now() - cutAt).toBeLessThan(8000);
    lab.setCable('bench', 'up');
    await expect
      .poll(async () => (await cli('nodes', 'list')).stdout, { timeout: 45_000 })
      .toMatch(/bench .* active/);
  } finally {
    for (const program of programs.reverse()) await program.stop();
    lab.remove();
  }
});

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreatedJoinToken, JobView, NodeView } from '@meshdeck/shared';
import { callHub, startAgent, until } from '@meshdeck/testing/mesh';
import { digits, writeFile } from '@meshdeck/testing/tables';
import { expectToMove } from './support/chart.js';
import { expect, needsChromium, test, workReady } from './support/fixtures.js';

needsChromium();

const aheadMs = 5 * 60_000;
/** Makes a Node program believe that it is five minutes later. */
const otherClock = `const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + ${aheadMs});
    else super(...parts);
  }
  static now() {
    return RealDate.now() + ${aheadMs};
  }
};
`;

test('says that the clock of a machine is five minutes off, and works with it all the same', async ({
  folder,
  hub,
  cli,
  ui,
}) => {
  const { token } = await callHub<CreatedJoinToken>(hub, '/join-tokens', { method: 'POST', json: {} });
  const preload = pathToFileURL(writeFile(folder, 'other-clock.mjs', otherClock)).href;
  const agent = startAgent({
    dataDir: join(folder, 'late'),
    flags: ['--interface', '127.0.0.1', '--name', 'late', '--join', token],
    env: { NODE_OPTIONS: `--import=${preload}` },
  });
  try {
    const nodeId = String((await agent.event('joined', 60_000))['nodeId']);
    await workReady(hub, [nodeId]);
    const out = join(folder, 'p.csv');
    const run = await cli('run', digits.app, '--input', digits.input, '--out', out, '--shards', '2');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    const { jobs } = await callHub<{ jobs: JobView[] }>(hub, '/jobs');
    const job = await callHub<JobView>(hub, `/jobs/${jobs[0]?.id}`);
    expect(job).toMatchObject({ state: 'succeeded', attempts: 2 });
    const times = job.tasks.flatMap(({ attempts }) => attempts.map(({ finishedAt }) => finishedAt ?? 0));
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());

    const view = await until(
      () => callHub<NodeView>(hub, `/nodes/${nodeId}`),
      ({ clockOffsetMs }) => clockOffsetMs !== undefined,
      { what: 'the hub to have heard its clock', timeoutMs: 60_000 },
    );
    expect(view).toMatchObject({ presence: 'active', clockOffsetMs: aheadMs });
    // Not once lost since it joined.
    expect(view.presenceSince).toBeLessThanOrEqual(job.createdAt);
    expect((await cli('nodes', 'show', 'late')).stdout).toMatch(
      /Clock +Its clock is 5 min 0 s ahead of the hub's/,
    );
    await ui.goto(`${hub.ready.url}/machines/late`);
    await expect(ui.getByText("Its clock is 5 min 0 s ahead of the hub's")).toBeVisible();
    await expectToMove(ui, 'CPU and memory free');
  } finally {
    await agent.stop();
  }
});

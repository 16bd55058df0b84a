import type { FakeHub } from './fake-hub.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from './test-agent.js';

/** Doubles every value, half of it told as progress. */
export const goodPython = `
import csv, os
print('@progress 0.5', flush=True)
print('hello from', os.path.basename(os.environ['MESHDECK_INPUT']))
with open(os.environ['MESHDECK_INPUT']) as f, open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'w') as out:
    w = csv.writer(out)
    w.writerow(['id', 'prediction'])
    for row in csv.DictReader(f):
        w.writerow([row['id'], int(row['value']) * 2])
`;

export const python = (code: string, extra: Partial<Parameters<typeof runOrder>[1]> = {}) => ({
  runtime: 'python' as const,
  entry: 'app.py',
  ...extra,
  files: { 'app.py': code, ...extra.files },
});
export const node = (code: string, extra: Partial<Parameters<typeof runOrder>[1]> = {}) => ({
  runtime: 'node' as const,
  entry: 'app.mjs',
  ...extra,
  files: { 'app.mjs': code, ...extra.files },
});

/** Runs one app on a machine of its own, to its end. */
export async function runOne(app: Parameters<typeof runOrder>[1]) {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  const end = await ending(hub, order.attemptId);
  return { hub, agent, dataFolder, order, end, failure: end.type === 'failed' ? end.failure : undefined };
}

export const logText = (hub: FakeHub) =>
  hub.logs.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n');

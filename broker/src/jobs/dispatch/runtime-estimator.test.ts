import { attemptIdOf, heldItem } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { createCachedItems } from '../../cache-locality/index.js';
import { idleMachine } from '../fixtures/machines.js';
import { placed, split } from '../attempts/job-state-machine.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { createRunningAttempts } from './running-attempts.js';
import { createRuntimeEstimator } from './runtime-estimator.js';

const megabyte = 1_000_000;
const file = (digit: string, bytes: number) => ({ sha256: digit.repeat(64), bytes, name: `${digit}.csv` });
const facts = {
  ...{ rows: 4, runtimeVersion: '1', fetchMs: 1, prepareMs: 10, runMs: 20, deliverMs: 10 },
  ...{ peakMemoryBytes: null, columnMap: null, warm: true },
};

function openEstimator() {
  const cached = createCachedItems();
  const machine = idleMachine('bench');
  const estimator = createRuntimeEstimator({
    speeds: { predict: () => null, record: () => undefined } as never,
    transfers: { bytesPerSecond: () => 1e8, record: () => undefined } as never,
    running: createRunningAttempts(),
    nodeState: () => machine,
    now: () => 100,
    cached,
  });
  // A machine that said what it holds; of another nothing is presumed.
  const holds = (...items: ReturnType<typeof heldItem>[]) =>
    cached.take('bench', { ts: 1, sequence: 0, full: true, added: items, removed: [] });
  return { cached, machine, estimator, holds };
}

const [table, first, second, small] = [
  file('1', megabyte),
  file('2', 2 * megabyte),
  file('3', 4 * megabyte),
  file('4', 100),
];

it('counts every named input that a machine does not hold, each file once, and none that is small', () => {
  const { machine, estimator, holds } = openEstimator();
  const job = storedJob(1, { input: table, inputs: [first, second, { ...first, name: 'again.csv' }, small] });
  holds(heldItem('bundle', job.app.bundle.sha256));
  expect(estimator.of(machine, job).coldBytes).toBe(7 * megabyte);
  holds(heldItem('bundle', job.app.bundle.sha256), heldItem('file', second.sha256));
  expect(estimator.of(machine, job).coldBytes).toBe(3 * megabyte);
});

it('presumes that a machine holds the named inputs of what it has run', () => {
  const { machine, estimator, holds } = openEstimator();
  const queued = split(storedJob(1, { input: table, inputs: [first, small] }), [{ shard: null, rows: 4 }]);
  const job = placed(queued ?? expect.fail('not cut'), 0, { id: 'bench', name: 'bench' }, 10)?.job;
  if (job === undefined) throw new Error('not placed');
  holds();
  const cold = estimator.of(machine, job).coldBytes;
  const attempt = job.tasks[0]?.attempts.find(({ id }) => id === attemptIdOf(job.id, 0, 1));
  estimator.learn(job, attempt ?? expect.fail('no attempt'), facts);
  expect(cold).toBe(3 * megabyte + job.app.bundle.bytes);
  expect(estimator.of(machine, job).coldBytes).toBe(0);
});

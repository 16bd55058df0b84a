import { expect, it } from 'vitest';
import { createSpeedTable } from './speed-table.js';

const machineOf = (number: number) => ({ nodeId: `n${number}`, machineClass: 'a', eventsPerSecond: 1000 });
const newcomer = { bundleSha256: 'm', ...machineOf(999) };

/** A model that so many machines of one make have run, all at 1,000 rows/s. */
function tableOf(machines: number) {
  const table = createSpeedTable({});
  const run = (number: number, rowsPerSecond: number) =>
    table.record({ bundleSha256: 'm', ...machineOf(number), at: 1, rows: 1000, runMs: 1e6 / rowsPerSecond });
  for (let number = 0; number < machines; number += 1) run(number, 1000);
  return { table, run, newcomersSpeed: () => table.predict(newcomer)?.rowsPerSecond };
}

it('counts every run for machines of the same make where few have run the model', () => {
  const { run, newcomersSpeed } = tableOf(1);
  expect(newcomersSpeed()).toBeCloseTo(1000);
  run(1, 3000);
  expect(newcomersSpeed()).toBeCloseTo(2000);
});

it('works out what a large room shares once in a sixteenth as many runs, a machine of its own at once', () => {
  const { table, run, newcomersSpeed } = tableOf(160);
  expect(newcomersSpeed()).toBeCloseTo(1000);
  for (let number = 160; number < 480; number += 1) run(number, 4000);
  expect(newcomersSpeed()).toBeCloseTo(4000);
  run(480, 2000);
  const own = table.predict({ bundleSha256: 'm', ...machineOf(480) });
  expect(own?.rowsPerSecond).toBeCloseTo(2000);
});

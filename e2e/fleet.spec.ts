import { inWorkshop } from '@meshdeck/testing/mesh';
import { runWithKills } from '../bench/fleet/kills.mjs';
import { expect, test } from './support/fixtures.js';

const machines = 200;
const jobs = 400;
const kills = 2;

// About half a minute on two cores with other work; it waits for what comes, and measures nothing.
test.describe.configure({ timeout: 180_000 });
test.skip(process.platform !== 'linux', 'so many connections of one process are checked on Linux');

test('gets two hundred machines back and ends every job once while the hub is killed twice', async () => {
  // Resolves once all machines were active again after each kill, and every job has succeeded.
  const result = await inWorkshop((workshop) => runWithKills(workshop, { machines, jobs, kills }));
  expect(result.lost).toEqual([]);
  expect(result.doubled).toEqual([]);
  expect(result.handedIn).toBe(jobs);
  expect(result.restarts).toHaveLength(kills);
  // A kill while nothing is under way shows nothing.
  for (const { unfinished } of result.restarts) expect(unfinished).toBeGreaterThan(0);
  expect(result.troubles, 'machines that were locked out or told to do something').toBe(0);
});

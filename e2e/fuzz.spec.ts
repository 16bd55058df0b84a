import { inWorkshop } from '@meshdeck/testing/mesh';
import { fuzzTable, runFuzz } from '../scripts/fuzz/run.mjs';
import { expect, test } from './support/fixtures.js';

test.describe.configure({ timeout: 300_000 });

test('lives, keeps its memory and does nothing it may not under malformed packets, requests and payloads', async () => {
  const result = await inWorkshop((workshop) => runFuzz({ count: 1000, seed: 7, workshop }));
  expect(result.complaints, fuzzTable(result)).toEqual([]);
  expect(result.doors.filter(({ sent }) => sent === 0)).toEqual([]);
});

import { inWorkshop } from '@meshdeck/testing/mesh';
import { insiderTable } from '../scripts/insider/report.mjs';
import { runInsider } from '../scripts/insider/run.mjs';
import { walkedRoles } from '../scripts/insider/walk.mjs';
import { expect, test } from './support/fixtures.js';

test.describe.configure({ timeout: 300_000 });

/** The dearest of `npm run insider`, each of another kind. */
const tried = [
  ...walkedRoles.map((role) => `walk: ${role}`),
  'user: a million subscriptions',
  'user: refused filters, 2 MB of them',
  'user: pages that read nothing, beside a busy sensor',
  'user: logs of 8 MB',
  'user: answers left unread',
  'user: charts of everything',
  'user: calls, two hundred in one write',
  'user: what a result is worth, each time another question',
  'user: jobs nobody can run, a thousand at a time',
  'stranger: 3,000 unfinished requests',
  'sensor: readings as fast as they go',
  'sensor: exactly once, retained, new names, acknowledged for nothing',
  'machine: packets of 1 MB',
  'admin: the audit, page by page and whole',
];

test('costs others little, whatever one person, machine or sensor calls', async () => {
  const result = await inWorkshop((workshop) =>
    // Beside other suites a moment's wait says little: others' times are told, and judged by `npm run insider`.
    runInsider({
      workshop,
      stormMs: 500,
      calmMs: 200,
      share: 0.03,
      floorMs: null,
      wanted: (name) => tried.includes(name),
    }),
  );
  console.log(insiderTable(result));
  expect(result.complaints, insiderTable(result)).toEqual([]);
  expect(result.attacks.map(({ name }) => name).sort()).toEqual([...tried].sort());
  for (const { name, counts } of result.attacks) expect(Object.keys(counts), name).not.toEqual([]);
});

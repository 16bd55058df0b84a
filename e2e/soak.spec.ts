import { whyNoRabbitmq } from '@meshdeck/testing/brokers';
import { onPath } from '@meshdeck/testing/programs';
import { loopbackGround } from '../scripts/soak/ground.mjs';
import { runSoak } from '../scripts/soak/run.mjs';
import { isClean, soakTable } from '../scripts/soak/verdict.mjs';
import { expect, test } from './support/fixtures.js';

test.describe.configure({ timeout: 420_000 });
test.skip(process.platform !== 'linux', 'its links need the addresses 127.0.0.20 and on, which Linux has');

for (const route of ['mqtt', 'rabbitmq'] as const) {
  test(`ends every split job once and with the right bytes over ${route} while all is killed and cut off`, async ({
    folder,
  }) => {
    const why = route === 'rabbitmq' ? whyNoRabbitmq() : null;
    test.skip(why !== null, why ?? '');
    const result = await runSoak({
      route,
      jobs: 14,
      kills: 6,
      seed: 20,
      limitMs: 300_000,
      folder,
      ground: loopbackGround(),
      agents: 3,
      meanGapMs: 700,
      python: onPath('python3') !== null,
    });
    expect(isClean(result), soakTable(result)).toBe(true);
    expect(Object.values(result.faults).reduce((sum, count) => sum + count, 0)).toBe(6);
  });
}

import { expect, it } from 'vitest';
import type { FakeHub } from '../testing/fake-hub.js';
import { testHub } from '../testing/test-agent.js';
import type { Candidate } from './hub-candidates.js';
import { refuseToGuess } from './only-hub.js';
import { probeHub } from './probe.js';

const { signal } = new AbortController();
const addressOf = ({ tlsPort }: FakeHub, host = '127.0.0.1') => ({ host, port: tlsPort });
const heard = (hub: FakeHub, name: string, host?: string): Candidate => ({
  address: addressOf(hub, host),
  source: 'mdns',
  announced: { fingerprint: hub.fingerprint, name },
});
const probed = (hub: FakeHub) => probeHub(addressOf(hub), { timeoutMs: 1000, signal });

it('goes on with the only hub, by however many addresses it is heard', async () => {
  const hub = await testHub();
  const candidates = () => [heard(hub, 'Lab'), heard(hub, 'Lab', 'localhost')];
  await expect(refuseToGuess({ first: await probed(hub), candidates, signal })).resolves.toBeUndefined();
});

it('names every hub that answers, and what to do, where there are several', async () => {
  const [lab, other] = [await testHub(), await testHub()];
  const first = await probed(lab);
  // The second is heard a moment after the first.
  let candidates = [heard(lab, 'Lab')];
  const refused = refuseToGuess({ first, candidates: () => candidates, signal });
  candidates = [heard(lab, 'Lab'), heard(other, 'Other lab')];
  await expect(refused).rejects.toMatchObject({
    code: 'several-hubs',
    message: expect.stringMatching(
      new RegExp(`"Lab" at 127\\.0\\.0\\.1:${lab.tlsPort}.*--hub 127\\.0\\.0\\.1:\\d+, or with --join`),
    ) as string,
  });
  await expect(refused).rejects.toThrow(`"Other lab" at 127.0.0.1:${other.tlsPort}`);
});

it('does not count a hub that is announced and does not answer', async () => {
  const hub = await testHub();
  const gone: Candidate = {
    address: { host: '127.0.0.1', port: 1 },
    source: 'mdns',
    announced: { fingerprint: 'ab'.repeat(32), name: 'Gone' },
  };
  const candidates = () => [heard(hub, 'Lab'), gone];
  await expect(refuseToGuess({ first: await probed(hub), candidates, signal })).resolves.toBeUndefined();
});

it('does not count an address that says it is another hub and proves to be the same', async () => {
  const hub = await testHub();
  const posing: Candidate = {
    address: addressOf(hub, 'localhost'),
    source: 'mdns',
    announced: { fingerprint: 'ab'.repeat(32), name: 'Posing' },
  };
  const candidates = () => [heard(hub, 'Lab'), posing];
  await expect(refuseToGuess({ first: await probed(hub), candidates, signal })).resolves.toBeUndefined();
});

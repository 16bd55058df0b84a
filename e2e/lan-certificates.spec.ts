import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubView } from '@meshdeck/shared';
import { callHub, privateHubFlags, runCli, startHub } from '@meshdeck/testing/mesh';
import { certificateFor } from '@meshdeck/testing/network';
import { keyOf } from '@meshdeck/testing/people';
import { expect, test } from './support/fixtures.js';

test('the command line elsewhere believes a certificate that an authority vouches for, and says what to do where none does', async ({
  folder,
}) => {
  const { ca, cert, key } = await certificateFor({ type: 'ip', value: '127.0.0.1' });
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const [authority, certificate, privateKey] = [
    file('ca.pem', ca),
    file('lab.pem', cert),
    file('lab.key', key),
  ];
  const hub = await startHub({
    dataDir: join(folder, 'hub'),
    flags: [...privateHubFlags, '--https-certificate', certificate, '--https-key', privateKey],
  });
  try {
    const { people } = await callHub<HubView>(hub, '/hub');
    expect(people?.certificate).toMatchObject({ source: 'given', isSelfSigned: false });
    const { port } = new URL(people?.urls[0] ?? '');
    const away = { MESHDECK_TOKEN: await keyOf(hub), MESHDECK_HUB: `https://127.0.0.1:${port}` };

    const known = await runCli(['nodes', 'list'], { env: { ...away, NODE_EXTRA_CA_CERTS: authority } });
    expect(known, known.stderr).toMatchObject({ code: 0 });

    // The environment may not talk it out of looking.
    for (const more of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
      const unknown = await runCli(['nodes', 'list'], { env: { ...away, ...more } });
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toMatch(
        /No authority that this computer trusts signed .*--fingerprint.*NODE_EXTRA_CA_CERTS/,
      );
    }

    const otherName = { MESHDECK_HUB: `https://localhost:${port}`, NODE_EXTRA_CA_CERTS: authority };
    const misnamed = await runCli(['nodes', 'list'], { env: { ...away, ...otherName } });
    expect(misnamed.code).toBe(1);
    expect(misnamed.stderr).toContain('is made out to another name');
  } finally {
    await hub.stop();
  }
});

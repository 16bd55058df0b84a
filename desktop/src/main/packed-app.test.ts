import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createChildHubSpawner } from './child-hub-process.js';
import { packApp } from './fixtures/pack-app.js';
import { silentLog } from './fixtures/silent-log.js';
import { findHubScript } from './hub-script.js';
import { createHubSupervisor } from './hub-supervisor.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const needed = [
  'shared/dist/index.js',
  'broker/dist/cli/main.js',
  'desktop/dist/main/index.js',
  'desktop/dist/preload/index.cjs',
  'desktop/dist/renderer/index.html',
];
const unbuilt = needed.filter((file) => !existsSync(join(root, file)));
const canRun = process.platform === 'linux' && unbuilt.length === 0;

describe.skipIf(!canRun)('the packed app (on Linux, after npm run build)', { timeout: 120_000 }, () => {
  it('holds all it needs to serve its UI from its own hub', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'meshdeck-pack-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const app = await packApp({ root, folder });
    for (const file of needed.slice(2, 4)) expect(existsSync(join(app, file))).toBe(true);
    for (const file of ['desktop/src', 'desktop/dist/main/menus.test.js', 'desktop/dist/main/index.js.map']) {
      expect(existsSync(join(app, file))).toBe(false);
    }

    const hub = findHubScript(pathToFileURL(join(app, 'desktop/dist/main/index.js')).href);
    expect(hub.startsWith(app)).toBe(true);
    const supervisor = createHubSupervisor({
      log: silentLog,
      spawnHub: createChildHubSpawner({
        command: [
          process.execPath,
          hub,
          ...['hub', '--ui-link', '--no-mdns', '--data', join(folder, 'data')],
          ...['--port', '0', '--tls-port', '0', '--mqtt-port', '0', '--sensor-port', '0'],
          ...['--https-port', '0'],
          ...['--lan-host', '127.0.0.1'],
        ],
      }),
    });
    onTestFinished(() => supervisor.stop());
    supervisor.start();
    await vi.waitFor(() => expect(supervisor.status()).toMatchObject({ state: 'ready' }), {
      timeout: 60_000,
    });
    const answer = await fetch(supervisor.ready()?.url ?? '');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<div id="app"');
  });
});

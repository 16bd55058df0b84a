import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findElectron } from './fixtures/electron-binary.js';
import type { MeshdeckShell } from './ipc-contract.js';

const electron = findElectron();
const why = 'missing' in electron ? ` (skipped, ${electron.missing})` : '';
const root = fileURLToPath(new URL('../../..', import.meta.url));
const readyTimeoutMs = 60_000;

interface ShellWindow {
  meshdeck: MeshdeckShell;
  open(address: string): unknown;
  location: { href: string };
  require?: unknown;
  process?: unknown;
}

/** The built app in real Electron, with a data folder, a profile and ports of its own. */
async function launch(...hubArguments: string[]): Promise<{ app: ElectronApplication; page: Page }> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-electron-'));
  const app = await _electron.launch({
    executablePath: 'program' in electron ? electron.program : '',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
      root,
      ...['--data', join(folder, 'data'), '--interface', '127.0.0.1'],
      ...['--port', '0', '--tls-port', '0', '--mqtt-port', '0', '--sensor-port', '0'],
      ...['--https-port', '0'],
      ...hubArguments,
    ],
  });
  onTestFinished(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return { app, page: await app.firstWindow() };
}

async function hubPid(app: ElectronApplication): Promise<number | undefined> {
  return app.evaluate(
    (main) => main.app.getAppMetrics().find((metric) => metric.name === 'Meshdeck hub')?.pid,
  );
}

const untilHub = (page: Page) => page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\//, { timeout: readyTimeoutMs });

describe.skipIf('missing' in electron)(`the desktop app in Electron${why}`, { timeout: 120_000 }, () => {
  it('opens its window at once, then the UI of its own hub, signed in', async () => {
    const { page } = await launch();
    expect(await page.title()).toBe('Meshdeck');
    await untilHub(page);
    const status = await page.evaluate(() => fetch('/api/v1/nodes').then((response) => response.status));
    expect(status).toBe(200);
  });

  it('gives the page one object and nothing of Node', async () => {
    const { page } = await launch();
    await untilHub(page);
    const seen = await page.evaluate(async () => {
      const shell = globalThis as unknown as ShellWindow;
      return {
        keys: Object.keys(shell.meshdeck).sort(),
        info: await shell.meshdeck.info(),
        hub: await shell.meshdeck.hubStatus(),
        node: [typeof shell.require, typeof shell.process],
      };
    });
    expect(seen.keys).toEqual(
      ['hubStatus', 'info', 'notify', 'onHubStatus', 'setStartAtLogin', 'tryHubAgain'].sort(),
    );
    expect(seen.info.platform).toBe(process.platform);
    expect(seen.hub.state).toBe('ready');
    expect(seen.node).toEqual(['undefined', 'undefined']);
  });

  it('keeps the page at home', async () => {
    const { app, page } = await launch();
    await untilHub(page);
    await app.evaluate((main) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      main.shell.openExternal = (address) => Promise.resolve(void opened.push(address));
    });
    const home = page.url();
    await page.evaluate(() => {
      const shell = globalThis as unknown as ShellWindow;
      shell.open('https://onnx.ai/');
      shell.open('file:///etc/passwd');
      shell.location.href = 'http://192.0.2.1/';
    });
    await vi.waitFor(async () =>
      expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([
        'https://onnx.ai/',
      ]),
    );
    expect(page.url()).toBe(home);
    expect(app.windows()).toHaveLength(1);
  });

  it('brings the hub back when it is killed', async () => {
    const { app, page } = await launch();
    await untilHub(page);
    const first = await hubPid(app);
    if (first === undefined) throw new Error('the hub is no utility process');
    process.kill(first, 'SIGKILL');
    await vi.waitFor(
      async () => {
        const second = await hubPid(app);
        expect(second).toBeDefined();
        expect(second).not.toBe(first);
      },
      { timeout: readyTimeoutMs, interval: 200 },
    );
    await untilHub(page);
  });

  it('says why the hub could not start, and offers to try again', async () => {
    const { page } = await launch('--retention-days', 'never');
    await page.getByRole('heading', { name: 'The hub could not start' }).waitFor({ timeout: readyTimeoutMs });
    expect(await page.locator('body').innerText()).toContain('retention');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'The hub could not start' }).waitFor({ timeout: readyTimeoutMs });
  });

  it('leaves no hub behind when it quits', async () => {
    const { app, page } = await launch();
    await untilHub(page);
    const pid = await hubPid(app);
    if (pid === undefined) throw new Error('the hub is no utility process');
    await app.close();
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  browserArguments,
  browserProfileFolder,
  findBrowser,
  findElectronBinary,
  hasDisplay,
  openingLine,
  planOpening,
  readStartArguments,
} from './start-plan.mjs';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'meshdeck-start-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function program(...parts: string[]): Promise<string> {
  const path = join(...parts);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '');
  await chmod(path, 0o755);
  return path;
}

describe("Electron's binary", () => {
  it('is missing where the package never downloaded it', async () => {
    expect(findElectronBinary(await folder(), {})).toBeUndefined();
  });

  it('is missing when its note is there and the program is not', async () => {
    const electron = await folder();
    await writeFile(join(electron, 'path.txt'), 'electron');
    expect(findElectronBinary(electron, {})).toBeUndefined();
  });

  it('is found where the package keeps it', async () => {
    const electron = await folder();
    await writeFile(join(electron, 'path.txt'), 'electron');
    const binary = await program(electron, 'dist', 'electron');
    expect(findElectronBinary(electron, {})).toBe(binary);
  });

  it('is found in the folder that the environment names', async () => {
    const elsewhere = await folder();
    const binary = await program(elsewhere, 'electron');
    expect(findElectronBinary(await folder(), { ELECTRON_OVERRIDE_DIST_PATH: elsewhere })).toBe(binary);
  });
});

describe('the browser', () => {
  it('is the best one on the path, wherever on the path it lies', async () => {
    const [first, second] = [await folder(), await folder()];
    await program(first, 'microsoft-edge');
    const chromium = await program(second, 'chromium');
    expect(findBrowser({ platform: 'linux', env: { PATH: `${first}${delimiter}${second}` } })).toBe(chromium);
  });

  it.skipIf(process.platform === 'win32')('is not a file that cannot be run, nor a folder', async () => {
    const path = await folder();
    await writeFile(join(path, 'chromium'), '', { mode: 0o644 });
    await mkdir(join(path, 'google-chrome'));
    expect(findBrowser({ platform: 'linux', env: { PATH: path } })).toBeUndefined();
  });

  it('gives up its sandbox for root alone', () => {
    const parts = { link: 'http://127.0.0.1:7420/login?link=x', profileFolder: '/data/browser-window' };
    expect(browserArguments({ ...parts, isRoot: true })).toContain('--no-sandbox');
    const args = browserArguments({ ...parts, isRoot: false });
    expect(args).not.toContain('--no-sandbox');
    expect(args).toContain('--app=http://127.0.0.1:7420/login?link=x');
    expect(args).toContain('--user-data-dir=/data/browser-window');
  });

  it('keeps its profile in the data folder that is named, by flag first and environment second', () => {
    const home = '/home/ada';
    const env = { MESHDECK_DATA: '/srv/mesh' };
    expect(browserProfileFolder({ hubArguments: ['--port', '0', '--data', '/d'], env, home })).toBe(
      resolve('/d/browser-window'),
    );
    expect(browserProfileFolder({ hubArguments: ['--data=/d'], env, home })).toBe(
      resolve('/d/browser-window'),
    );
    expect(browserProfileFolder({ hubArguments: [], env, home })).toBe(resolve('/srv/mesh/browser-window'));
    expect(browserProfileFolder({ hubArguments: [], env: {}, home })).toBe(
      resolve('/home/ada/.meshdeck/browser-window'),
    );
  });
});

describe('npm start', () => {
  const found = {
    electron: '/e/electron',
    browser: '/usr/bin/chromium',
    hasDisplay: true,
    mayOpen: true,
    isRoot: false,
    appFolder: '/app',
    hubArguments: ['--port', '0'],
  };

  it('opens the desktop app with the given arguments where Electron is', () => {
    expect(planOpening(found)).toEqual({
      kind: 'electron',
      program: '/e/electron',
      args: ['/app', '--port', '0'],
    });
    expect(planOpening({ ...found, isRoot: true })).toMatchObject({
      args: ['--no-sandbox', '/app', '--port', '0'],
    });
  });

  it('opens a browser window where Electron is not, and says why in one line', () => {
    const opening = planOpening({ ...found, electron: undefined });
    if (opening.kind !== 'browser') throw new Error(`expected a browser, got ${opening.kind}`);
    const line = openingLine(opening, 'http://127.0.0.1:7420/login?link=x');
    expect(line).toMatch(/^Electron's binary is not installed here .*browser instead: http.*link=x$/);
    expect(line).not.toContain('\n');
  });

  it('gives the link alone where there is neither', () => {
    const opening = planOpening({ ...found, electron: undefined, browser: undefined });
    expect(opening).toMatchObject({ kind: 'link', why: expect.stringContaining('Electron') });
  });

  it('gives the link alone without a display, even where Electron is', () => {
    const opening = planOpening({ ...found, hasDisplay: false });
    expect(opening).toMatchObject({ kind: 'link', why: expect.stringContaining('display') });
  });

  it('names the missing binary too where there is neither binary nor display', () => {
    const opening = planOpening({ ...found, electron: undefined, hasDisplay: false });
    expect(opening).toMatchObject({ kind: 'link', why: expect.stringContaining('Electron') });
  });

  it('opens nothing when asked not to, and does not pass that on to the hub', () => {
    expect(planOpening({ ...found, mayOpen: false }).kind).toBe('link');
    expect(readStartArguments(['--data', 'd', '--no-open'])).toEqual({
      mayOpen: false,
      hubArguments: ['--data', 'd'],
    });
  });

  it('takes X11, Wayland, macOS and Windows for displays', () => {
    expect(hasDisplay({ platform: 'linux', env: {} })).toBe(false);
    expect(hasDisplay({ platform: 'linux', env: { DISPLAY: ':0' } })).toBe(true);
    expect(hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
    expect(hasDisplay({ platform: 'darwin', env: {} })).toBe(true);
    expect(hasDisplay({ platform: 'win32', env: {} })).toBe(true);
  });
});

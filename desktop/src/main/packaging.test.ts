import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { deepLinkScheme } from './deep-link.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const inRoot = (path: string) => join(root, path);
const readConfig = () => getConfig(root, inRoot('electron-builder.yml'), null);

/** How electron-builder reads `files`: the plain patterns as one filter, then the folders that move. */
const filesSchema = z.tuple(
  [z.object({ filter: z.array(z.string()) })],
  z.object({ from: z.string(), to: z.string() }),
);
const packageSchema = z.object({
  main: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const rootPackage = () => packageSchema.parse(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')));

describe('electron-builder.yml', () => {
  it("satisfies electron-builder's own schema", async () => {
    await expect(validateConfiguration(await readConfig(), new DebugLogger(false))).resolves.toBeUndefined();
  });

  it('would be refused with a word misspelt', async () => {
    const config = { ...(await readConfig()), asarUnpak: [] };
    await expect(validateConfiguration(config, new DebugLogger(false))).rejects.toThrow('asarUnpak');
  });

  it('makes the four installers', async () => {
    const { linux, mac, win } = await readConfig();
    expect([linux?.target, mac?.target, win?.target]).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']]);
  });

  it('registers the links that the app understands, and publishes nowhere', async () => {
    const { protocols, publish } = await readConfig();
    expect(protocols).toEqual([{ name: 'Meshdeck', schemes: [deepLinkScheme] }]);
    expect(publish).toBeNull();
  });

  it('names icons that are there', async () => {
    const { linux, mac, win } = await readConfig();
    for (const icon of [linux?.icon, mac?.icon, win?.icon]) expect(existsSync(inRoot(icon ?? ''))).toBe(true);
  });

  it('packs the entry point of package.json, the preload and the UI, from folders that exist', async () => {
    const [{ filter: patterns }, ...sets] = filesSchema.parse((await readConfig()).files);
    expect(rootPackage().main).toBe('desktop/dist/main/index.js');
    expect(patterns).toContain('desktop/dist/main/**/*.js');
    expect(patterns).toContain('desktop/dist/preload/index.cjs');
    expect(sets.map((set) => set.from)).toContain('desktop/dist/renderer');
    const sources = patterns.filter((pattern) => !pattern.startsWith('!') && !pattern.includes('/dist/'));
    for (const pattern of sources) expect(existsSync(inRoot(pattern.replace(/[^/]*\*.*$/, '')))).toBe(true);
  });

  it('packs the workspaces that the app runs, which only dependencies of package.json are', () => {
    expect(Object.keys(rootPackage().dependencies)).toEqual(
      expect.arrayContaining(['@meshdeck/broker', '@meshdeck/mesh-node', '@meshdeck/shared', 'pino', 'zod']),
    );
  });
});

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { MeshdeckError } from '@meshdeck/shared';
import { create } from 'tar';
import * as z from 'zod';
import { makeFolder } from '../stores/make-folder.js';

const packageSchema = z.object({
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
});

export interface Download {
  sha256: string;
  bytes: number;
  open(): Readable;
}

/** What a hub hands to machines that have nothing of Meshdeck yet. */
export interface AgentPackage {
  /** @throws MeshdeckError `not-found` where the hub was installed without it */
  agent(): Promise<Download & { version: string }>;
  /** ONNX Runtime for `linux-x64` and the like; null where this hub has none for it. */
  onnx(platform: string): Promise<Download | null>;
}

const platformPattern = /^(linux|darwin|win32)-(x64|arm64)$/;

/**
 * `dir` is the agent's package folder, as the build leaves it. The native parts are taken from this hub's own
 * `onnxruntime-node`, packed when the first machine of that platform asks, and kept in `cacheDir`.
 */
export function createAgentPackage(options: {
  dir: string;
  cacheDir: string;
  /** A file beside which `node_modules` with `onnxruntime-node` lies; our own by default. */
  from?: string;
}): AgentPackage {
  const { dir, cacheDir } = options;
  const require = createRequire(options.from ?? join(dir, 'agent.json'));
  const packing = new Map<string, Promise<Download | null>>();

  async function pack(platform: string): Promise<Download | null> {
    let runtime: string;
    let common: string;
    try {
      const manifest = require.resolve('onnxruntime-node/package.json');
      runtime = dirname(manifest);
      // Its exports hide its package.json: the folder is found from its main file.
      const main = createRequire(manifest).resolve('onnxruntime-common');
      common = main.slice(0, main.lastIndexOf(`onnxruntime-common${sep}`) + 'onnxruntime-common'.length);
    } catch {
      return null;
    }
    const [system = '', arch = ''] = platform.split('-');
    const native = join(runtime, 'bin/napi-v6', system, arch);
    if ((await stat(native).catch(() => null)) === null) return null;
    const { version } = z
      .object({ version: z.string().regex(/^[\w.+-]+$/) })
      .parse(JSON.parse(await readFile(join(runtime, 'package.json'), 'utf8')));
    await makeFolder(cacheDir);
    const file = join(cacheDir, `onnx-${platform}-${version}.tar.gz`);
    if ((await stat(file).catch(() => null)) === null) {
      const root = dirname(runtime);
      const inside = (path: string) => relative(root, path).split(sep).join('/');
      const parts = [join(runtime, 'package.json'), join(runtime, 'dist'), native, common].map(inside);
      // Packages that lie elsewhere could not be told where to go.
      if (parts.some((part) => part.startsWith('..'))) return null;
      await create(
        {
          file: `${file}.new`,
          cwd: root,
          prefix: 'node_modules',
          gzip: { level: 1 },
          portable: true,
          mtime: new Date(0),
          filter: (path) => !/\.(map|d\.ts)$/.test(path),
        },
        parts,
      );
      await rename(`${file}.new`, file);
    }
    return describe(file);
  }

  async function describe(file: string): Promise<Download> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const { size } = await stat(file);
    return { sha256: hash.digest('hex'), bytes: size, open: () => createReadStream(file) };
  }

  return {
    async agent() {
      try {
        const known = packageSchema.parse(JSON.parse(await readFile(join(dir, 'agent.json'), 'utf8')));
        return { ...known, open: () => createReadStream(join(dir, 'agent.tar.gz')) };
      } catch (cause) {
        throw new MeshdeckError(
          'not-found',
          'This hub came without the agent to hand out. Run "npm run build" on it, or install the agent by hand.',
          { cause },
        );
      }
    },
    onnx(platform) {
      if (!platformPattern.test(platform)) return Promise.resolve(null);
      const known = packing.get(platform) ?? pack(platform);
      packing.set(platform, known);
      // The next machine asks again.
      known.catch(() => packing.delete(platform));
      return known;
    },
  };
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Inventory } from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Environment } from './find-on-path.js';
import { programFinders, programVersion } from './programs.js';
import { findPython } from './python.js';

export { findPython, type Python } from './python.js';

type Runtimes = Inventory['runtimes'];

const engines = ['docker', 'podman', 'nerdctl'] as const;
const packageSchema = z.object({ version: z.string().max(200) });

async function findContainerEngine(env: Environment): Promise<Runtimes['containers']> {
  const versions = await Promise.all(engines.map((engine) => programVersion(engine, env)));
  for (const [index, engine] of engines.entries()) {
    const version = versions[index];
    if (version != null) return { engine, version };
  }
  return null;
}

/** From its package.json: loading the library itself would cost the agent its memory budget. */
async function findOnnxRuntime(): Promise<Runtimes['onnx']> {
  try {
    const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    return packageSchema.parse(JSON.parse(await readFile(manifest, 'utf8')));
  } catch {
    return null; // left out of this installation
  }
}

async function findBubblewrap(env: Environment): Promise<Runtimes['bubblewrap']> {
  const version = await programVersion('bwrap', env);
  return version === null ? null : { version };
}

/** What this machine can run apps with. Asks each program itself, all at once. */
export async function findRuntimes(
  options: { env?: Environment; logger?: Logger | undefined } = {},
): Promise<Runtimes> {
  const { env = process.env, logger } = options;
  const find = programFinders(env);
  const [python, onnx, bubblewrap, containers, shell, r, julia] = await Promise.all([
    findPython({ env, logger }),
    findOnnxRuntime(),
    findBubblewrap(env),
    findContainerEngine(env),
    find.shell(),
    find.r(),
    find.julia(),
  ]);
  return {
    python,
    notebook: python === null ? null : { version: python.version },
    node: { version: process.versions.node },
    onnx,
    bubblewrap,
    containers,
    shell,
    r,
    julia,
  };
}

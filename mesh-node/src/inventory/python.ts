import path from 'node:path';
import type { Inventory } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { findOnPath, type Environment } from './find-on-path.js';
import { runProgram } from './run-program.js';

export type Python = NonNullable<Inventory['runtimes']['python']>;

/** A shim on a busy machine takes seconds; who takes longer than this is in no working order. */
const usualTimeoutMs = 15_000;
/** The interpreter's own path: a shim on PATH needs an environment that a job's sandbox does not have. */
const question = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); print(sys.executable)';

async function ask(file: string, env: Environment, timeoutMs: number): Promise<Python | null> {
  try {
    const { stdout } = await runProgram({ file, args: ['-c', question], timeoutMs, env });
    const [version = '', executable = ''] = stdout.split(/\r?\n/);
    if (!/^[3-9]\d*\.\d+\.\d+$/.test(version)) return null;
    return { version, path: path.isAbsolute(executable) ? executable : file };
  } catch {
    return null; // no interpreter: a Microsoft Store stub, a broken shim, a file that is not ours to run
  }
}

/**
 * The Python 3 interpreter for Python apps: `MESHDECK_PYTHON` (a path or a name) where it is set, and nothing else
 * then; otherwise `python3`, then `python`. Null where there is none.
 */
export async function findPython(
  options: { env?: Environment; timeoutMs?: number; logger?: Logger | undefined } = {},
): Promise<Python | null> {
  const { env = process.env, timeoutMs = usualTimeoutMs, logger } = options;
  const wanted = env.MESHDECK_PYTHON;
  if (wanted !== undefined && wanted !== '') {
    const file = path.isAbsolute(wanted) ? wanted : await findOnPath(wanted, env);
    const python = file === null ? null : await ask(file, env, timeoutMs);
    if (python === null) {
      logger?.warn({ wanted }, 'MESHDECK_PYTHON names no working Python 3, so Python apps cannot run here');
    }
    return python;
  }
  for (const name of ['python3', 'python']) {
    const file = await findOnPath(name, env);
    const python = file === null ? null : await ask(file, env, timeoutMs);
    if (python !== null) return python;
  }
  return null;
}

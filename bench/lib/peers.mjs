import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@meshdeck/testing/checkout';
import { startProgram } from '@meshdeck/testing/programs';

/** @typedef {{ waitsMs: number[], perSecond: number }} PeerResult */

const run = promisify(execFile);
/** Debian's own, which is the one that apt-get installs for. */
const python = '/usr/bin/python3';
const folder = join(root, 'bench/peers');
const limitMs = 300_000;

/** @param {string} module */
async function has(module) {
  return run(python, ['-c', `import ${module}`]).then(
    () => true,
    () => false,
  );
}

/** @param {string} script @param {number[]} counts @param {Record<string, string>} env @returns {Promise<PeerResult>} */
async function measure(script, counts, env = {}) {
  const args = [join(folder, script), ...counts.map(String)];
  const { stdout } = await run(python, args, {
    env: { ...process.env, ...env },
    timeout: limitMs,
    cwd: folder,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
}

/**
 * Celery with two worker processes over this RabbitMQ; null where it is not installed.
 *
 * @param {import('@meshdeck/testing/mesh').Workshop} workshop
 * @param {string} amqp @param {{ alone: number, many: number }} counts
 */
export async function measureCelery({ keep }, amqp, { alone, many }) {
  if (!(await has('celery'))) return null;
  const env = { PEER_BROKER: amqp };
  const worker = keep(
    startProgram({
      name: 'the Celery worker',
      command: python,
      args: ['-m', 'celery', '-A', 'celery_app', 'worker', '--concurrency', '2', '--loglevel', 'WARNING'],
      env,
      cwd: folder,
    }),
  );
  try {
    return await measure('run_celery.py', [alone, many], env);
  } finally {
    await worker.stop();
  }
}

/** Dask with two worker processes; null where it is not installed. @param {{ alone: number, many: number }} counts */
export async function measureDask({ alone, many }) {
  return (await has('distributed')) ? measure('run_dask.py', [alone, many]) : null;
}

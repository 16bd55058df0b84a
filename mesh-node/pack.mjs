import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);

/**
 * The agent as one file, `agent.tar.gz`, and what a machine needs to check it, `agent.json`: what a hub hands to
 * machines that join by one line. Native parts (ONNX Runtime) are no part of it; the hub packs those per platform.
 */
export async function packAgent({ bundle = here('dist/bundle'), outdir = here('dist/package') } = {}) {
  const { version } = JSON.parse(await readFile(here('package.json'), 'utf8'));
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const staging = await mkdtemp(join(outdir, 'staging-'));
  try {
    await cp(bundle, staging, { recursive: true });
    // Loaded by name, from beside the bundle.
    const library = dirname(require.resolve('systeminformation/package.json'));
    await cp(library, join(staging, 'node_modules/systeminformation'), {
      recursive: true,
      dereference: true,
    });
    await writeFile(
      join(staging, 'package.json'),
      JSON.stringify({ name: 'meshdeck-node', version, private: true, type: 'module' }),
    );
    await cp(here('../LICENSE'), join(staging, 'LICENSE'));
    const file = join(outdir, 'agent.tar.gz');
    // Portable and without times: the same sources make the same hash.
    await create(
      { file, cwd: staging, gzip: { level: 9 }, portable: true, mtime: new Date(0) },
      (await readdir(staging)).sort(),
    );
    const bytes = await readFile(file);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(outdir, 'agent.json'), JSON.stringify({ version, sha256, bytes: bytes.length }));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

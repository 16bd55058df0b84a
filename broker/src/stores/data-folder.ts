import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';

/** Where the hub keeps everything. One hub at a time. */
export interface DataFolder {
  path: string;
  documents: string;
  files: string;
  jobs: string;
  series: string;
  audit: string;
  unpacking: string;
  release: () => Promise<void>;
}

/**
 * A local socket named after the folder: the system itself takes it away from a process that dies, however it
 * dies. In the abstract namespace on Linux, a named pipe on Windows, a file beside the data elsewhere.
 */
function lockAddress(path: string): { address: string; isFile: boolean } {
  const name = `meshdeck-hub-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return { address: `\0${name}`, isFile: false };
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\${name}`, isFile: false };
  return { address: join('/tmp', `${name}.sock`), isFile: true };
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection(address);
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}

async function lock(path: string): Promise<() => Promise<void>> {
  const { address, isFile } = lockAddress(path);
  if (isFile && !(await isAnswered(address))) await rm(address, { force: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(address, done);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new MeshdeckError(
      'data-dir-in-use',
      `A running hub already uses ${path}. Stop it, or give this one its own folder with --data.`,
    );
  });
  server.unref();
  return () => new Promise((done) => server.close(() => done()));
}

/** Step by step: `mkdir` with `recursive` never returns where the system takes no folders, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

/**
 * Makes the folder (0700) where it is missing, and takes it for this process.
 * @throws MeshdeckError `data-dir-unwritable`, `data-dir-in-use`
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const path = resolve(dataDir);
  const folder = (name: string) => join(path, name);
  const folders = {
    documents: folder('documents'),
    files: folder('files'),
    jobs: folder('jobs'),
    series: folder('series'),
    audit: folder('audit'),
    unpacking: folder('unpacking'),
  };
  try {
    await makeFolder(path);
    await access(path, constants.W_OK | constants.X_OK);
    await chmod(path, 0o700);
    const release = await lock(path);
    for (const each of Object.values(folders)) await mkdir(each, { recursive: true });
    return { path, ...folders, release };
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    throw new MeshdeckError(
      'data-dir-unwritable',
      `The hub cannot write to its data folder ${path}. Make it writable for this user, or choose another with --data.`,
      { cause: error },
    );
  }
}

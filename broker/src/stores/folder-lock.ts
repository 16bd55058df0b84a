import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, link, open, readdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { takeBeat, type BeatTimes } from './folder-beat.js';
import { folderInUse } from './folder-in-use.js';

/** Gives the folder back. */
export type Release = () => Promise<void>;

const name = 'hub.lock';
const numbered = /^hub\.lock\.(\d{1,15})$/;

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code;

/**
 * Takes a folder for this process, by something that lies in the folder itself: so it holds by whatever name, network
 * namespace or container it is reached, and nobody who may not write there can take it. The system lets go of it when the
 * process dies, however that happens.
 *
 * @throws MeshdeckError `data-dir-in-use`
 */
export async function lockFolder(path: string, times?: Partial<BeatTimes>): Promise<Release> {
  if (process.platform !== 'linux') return lockByOpening(path);
  const beat = await takeBeat(path, times);
  try {
    const release = await lockBySocket(path);
    await beat.start();
    return async () => {
      await beat.stop();
      await release();
    };
  } catch (error) {
    await beat.stop();
    throw error;
  }
}

/** macOS: a lock of the whole file with its opening; Windows: nobody else may open it [libuv fs.h, UV_FS_O_EXLOCK]. */
const exclusive = process.platform === 'win32' ? 0x10000000 : 0x20 | 0x4;

async function lockByOpening(path: string): Promise<Release> {
  try {
    const file = await open(join(path, name), constants.O_RDWR | constants.O_CREAT | exclusive, 0o600);
    return () => file.close();
  } catch (error) {
    if (['EAGAIN', 'EWOULDBLOCK', 'EBUSY', 'EPERM'].includes(codeOf(error) ?? '')) throw folderInUse(path);
    throw error;
  }
}

/** Whether a process listens at this socket; all of one system can tell, in containers and namespaces too. */
function isAnswered(address: string): Promise<boolean> {
  return new Promise((answer, fail) => {
    const socket = createConnection(address);
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', (error) => {
      if (['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(codeOf(error) ?? '')) answer(false);
      else fail(error);
    });
  });
}

async function listen(address: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(address, done);
  });
  server.unref();
  return server;
}

/** File systems without sockets or hard links: there the beat alone tells. */
const lacksSockets = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);
const mostTries = 20;

/**
 * A listening socket in the folder: it is made under a name of its own and then given the next of the lock's numbers, which
 * only one can get.
 */
async function lockBySocket(path: string): Promise<Release> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  // The address of a socket may have 107 bytes, a folder's path many more.
  const short = `/proc/self/fd/${folder.fd}`;
  const base = await access(short).then(
    () => short,
    () => path,
  );
  const own = join(base, `.hub-${process.pid}-${randomBytes(6).toString('hex')}.sock`);
  let server: Server | undefined;
  const drop = async (): Promise<void> => {
    await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
    await rm(own, { force: true });
    await folder.close();
  };
  try {
    server = await listen(own);
    await chmod(own, 0o600);
    await claim(path, base, own);
    return drop;
  } catch (error) {
    await drop();
    if (lacksSockets.has(codeOf(error) ?? '')) return () => Promise.resolve();
    throw error;
  }
}

async function numbersIn(base: string): Promise<number[]> {
  const names = await readdir(base);
  return names.flatMap((each) => numbered.exec(each)?.[1] ?? []).map(Number);
}

/**
 * Takes the number after the highest, whose holder must be dead. Numbers only grow, and the highest stays when its holder has
 * gone: so of many that find it dead one gets the next, and none of a sudden gets one that another counts on.
 */
async function claim(path: string, base: string, own: string): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const highest = Math.max(0, ...(await numbersIn(base)));
    const before = join(base, `${name}.${highest}`);
    if (highest > 0 && (await isAnswered(before))) throw folderInUse(path);
    const next = join(base, `${name}.${highest + 1}`);
    try {
      await link(own, next);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw error;
    }
    const now = await numbersIn(base);
    if (Math.max(...now) > highest + 1) {
      // It looked long ago: others have come, and maybe gone, since.
      await rm(next, { force: true });
      continue;
    }
    await rm(own, { force: true });
    for (const number of now) {
      if (number <= highest) await rm(join(base, `${name}.${number}`), { force: true });
    }
    return;
  }
  throw folderInUse(path);
}

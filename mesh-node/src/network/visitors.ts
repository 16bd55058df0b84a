import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** What the inside of a door may ask for. */
export interface DoorKeeper {
  /** Whether there is such a name, for a job that reaches any name. */
  knows: (name: string) => Promise<boolean>;
  /** Takes a connection over; it rejects where it is refused. `socket` is paused. */
  connect: (place: { host: string; port: number }, socket: Socket) => Promise<void>;
}

const questionSchema = z.union([
  z.object({ name: z.string().max(253) }).strict(),
  z.object({ host: z.string().max(253), port: z.number().int().min(1).max(65_535) }).strict(),
]);

const longestQuestion = 1024;
const askWithinMs = 5000;
/** Connections of one job at a time. */
const mostConnections = 512;
/** What fits into the address of such a socket [unix(7)], and the agent's own name in it. */
const longestPath = 100;

/** The first line, taken off; null where none came in time, or too long a one. */
function readQuestion(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const done = (line: string | null) => {
      socket.off('readable', hear);
      socket.setTimeout(0);
      resolve(line);
    };
    const hear = () => {
      for (
        let byte = socket.read(1) as Buffer | null;
        byte !== null;
        byte = socket.read(1) as Buffer | null
      ) {
        if (byte[0] === 10) return done(text);
        text += byte.toString('latin1');
        if (text.length > longestQuestion) return done(null);
      }
    };
    socket.setTimeout(askWithinMs, () => done(null));
    socket.once('close', () => done(null));
    socket.on('readable', hear);
  });
}

function parseQuestion(line: string | null): z.infer<typeof questionSchema> | null {
  try {
    return questionSchema.parse(JSON.parse(line ?? ''));
  } catch {
    return null; // none of ours
  }
}

/** The agent's end of one door: a socket in a folder of its own, that asks for names and connections come in by. */
export async function receiveVisitors(options: {
  /** Where its folder is made, unless that is too deep for a socket. */
  folder: string;
  keeper: DoorKeeper;
}): Promise<{ folder: string; path: string; close: () => Promise<void> }> {
  const { keeper } = options;
  const parent = options.folder.length > longestPath - 30 ? tmpdir() : options.folder;
  const folder = await mkdtemp(join(parent, 'meshdeck-door-'));
  // The job's own user has to pass, and to find nothing but the socket.
  await chmod(folder, 0o711);
  const path = join(folder, 'agent');
  const open = new Set<Socket>();

  async function receive(socket: Socket): Promise<void> {
    const question = parseQuestion(await readQuestion(socket));
    if (question === null) throw new Error('no question');
    if ('name' in question) {
      socket.end((await keeper.knows(question.name)) ? 'ok\n' : 'no\n');
      return;
    }
    await keeper.connect(question, socket);
  }

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (open.size >= mostConnections) return void socket.destroy();
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
    receive(socket).catch(() => socket.end('no\n', () => socket.destroy()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o666);
  return {
    folder,
    path,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { createLink } from './link.mjs';

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** A server that says back what it hears, behind a link. */
async function echoBehindLink() {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  const to = await listening(echo);
  const probe = createServer();
  const from = await listening(probe);
  await new Promise((done) => probe.close(done));
  const link = await createLink({ host: '127.0.0.1', targetHost: '127.0.0.1', ports: [{ from, to }] });
  onTestFinished(async () => {
    await link.close();
    await new Promise((done) => echo.close(done));
  });
  const dial = (): Socket => {
    const socket = connect({ host: '127.0.0.1', port: from });
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { link, dial };
}

const closed = (socket: Socket) => new Promise((done) => socket.once('close', done));
const heard = async (socket: Socket): Promise<string> =>
  String(((await once(socket, 'data')) as [Buffer])[0]);

it('holds bytes back while stalled, and lets them through in order afterwards', async () => {
  const { link, dial } = await echoBehindLink();
  const socket = dial();
  socket.write('a');
  expect(await heard(socket)).toBe('a');
  link.stall();
  let early = false;
  const answer = heard(socket).then((text) => {
    early = true;
    return text;
  });
  socket.write('bc');
  // What another connection of the same machine would bring in this time is not waited for: nothing may come.
  await new Promise((done) => setTimeout(done, 50));
  expect(early).toBe(false);
  link.heal();
  expect(await answer).toBe('bc');
});

it('ends connections when it is cut, refuses new ones, and takes them again when it is healed', async () => {
  const { link, dial } = await echoBehindLink();
  const first = dial();
  first.write('a');
  await heard(first);
  link.cut();
  await closed(first);
  const refused = dial();
  await closed(refused);
  link.heal();
  const again = dial();
  again.write('b');
  expect(await heard(again)).toBe('b');
});

it('brings bytes later by the delay', async () => {
  const { link, dial } = await echoBehindLink();
  link.delay(60);
  const socket = dial();
  const sentAt = performance.now();
  socket.write('a');
  expect(await heard(socket)).toBe('a');
  // There and back; timers may be a millisecond early.
  expect(performance.now() - sentAt).toBeGreaterThan(115);
});

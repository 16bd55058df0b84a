import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createConnection } from './connection.js';
import { createDispatcher, request } from './pinned.js';

const callTo = (port: number) =>
  request(`http://127.0.0.1:${port}/`, { dispatcher: createDispatcher(null) }).then(
    () => null,
    (error: unknown) => error,
  );

async function connection() {
  const data = await mkdtemp(join(tmpdir(), 'meshdeck-cli-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  await writeFile(join(data, 'token'), 'x');
  return createConnection({ data, env: {} });
}

it('says that a hub is there which ends calls without an answer, as one without file handles does', async () => {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const cause = await callTo((server.address() as AddressInfo).port);
  const { unreachable } = await connection();
  expect(unreachable(cause).message).toMatch(/is there but ended the call without an answer.*EMFILE/);
});

it('says that no hub is running where nobody listens', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { unreachable } = await connection();
  expect(unreachable(await callTo(port)).message).toMatch(/^No hub is running with the data folder/);
});

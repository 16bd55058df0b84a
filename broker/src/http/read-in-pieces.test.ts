import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readInPieces } from './read-in-pieces.js';
import { guardRequests } from './request-guard.js';

async function open(handle: RequestListener) {
  const server = createServer(guardRequests(handle));
  readInPieces(server);
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
}

/** Answers with the digest of the body, and notes how many pieces it came in. */
function digester() {
  const pieces: number[] = [];
  const handle: RequestListener = (request, response) => {
    const digest = createHash('sha256');
    let count = 0;
    request.on('data', (part: Buffer) => {
      digest.update(part);
      count += 1;
    });
    request.once('end', () => {
      pieces.push(count);
      response.end(digest.digest('hex'));
    });
  };
  return { handle, pieces };
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function chunked(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at < body.length; index += 1) {
    const part = body.subarray(at, at + (sizes[index % sizes.length] ?? 1));
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
    at += part.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

const post = (rest: string) => Buffer.from(`POST / HTTP/1.1\r\nhost: x\r\n${rest}\r\n\r\n`);

async function answers(socket: Socket, count: number): Promise<string[]> {
  let heard = '';
  socket.on('data', (part: Buffer) => (heard += part.toString()));
  const digests = () => heard.match(/[0-9a-f]{64}/gu) ?? [];
  await vi.waitFor(() => expect(digests()).toHaveLength(count), { interval: 2, timeout: 5000 });
  return [...digests()];
}

describe('a connection that is read in pieces', () => {
  it('hears every body whole and in order, however it is cut', async () => {
    const knock = await open(digester().handle);
    const body = fc.record({
      length: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 200_000 })),
      sizes: fc.option(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 70_000 })), {
          minLength: 1,
          maxLength: 5,
        }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(body, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 50, max: 100_000 }),
        async (bodies, cut) => {
          const said = bodies.map(({ length, sizes }, index) => {
            const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 31 + index) & 255));
            const call =
              sizes === null
                ? [post(`content-length: ${length}`), bytes]
                : [post('transfer-encoding: chunked'), chunked(bytes, sizes)];
            return { digest: digestOf(bytes), call };
          });
          const bytes = Buffer.concat(said.flatMap(({ call }) => call));
          const socket = await knock();
          const heard = answers(socket, bodies.length);
          for (let at = 0; at < bytes.length; at += cut) socket.write(bytes.subarray(at, at + cut));
          expect(await heard).toEqual(said.map(({ digest }) => digest));
          socket.destroy();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives a body in crumbs to whoever reads it in few pieces', async () => {
    const { handle, pieces } = digester();
    const knock = await open(handle);
    const body = Buffer.alloc(20_000, 'a');
    const socket = await knock();
    socket.write(Buffer.concat([post('transfer-encoding: chunked'), chunked(body, [1])]));
    expect(await answers(socket, 1)).toEqual([digestOf(body)]);
    expect(pieces[0]).toBeLessThan(200);
  });

  it('keeps crumbs that nobody reads as few objects, and forgets none', async () => {
    let kept = 0;
    const digest = createHash('sha256');
    const knock = await open((request, response) => {
      setTimeout(() => {
        request.on('data', (part: Buffer) => {
          kept += 1;
          digest.update(part);
        });
        request.once('end', () => response.end(digest.digest('hex')));
      }, 300);
    });
    const body = Buffer.alloc(300, 'b');
    const socket = await knock();
    socket.setNoDelay(true);
    const heard = answers(socket, 1);
    socket.write(post('transfer-encoding: chunked'));
    for (const byte of body) {
      socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write('0\r\n\r\n');
    expect(await heard).toEqual([digestOf(body)]);
    expect(kept).toBeLessThan(10);
  });

  it('lets others have their turn between the pieces', async () => {
    let heard = 0;
    let heardBefore = -1;
    const knock = await open((request, response) => {
      if (request.url === '/') {
        request.on('data', ({ length }: Buffer) => (heard += length));
        request.once('end', () => response.end());
        return;
      }
      heardBefore = heard;
      response.end();
    });
    const [flood, other] = [await knock(), await knock()];
    const crumbs = Buffer.from('1\r\n[\r\n'.repeat(10_000));
    flood.write(Buffer.concat([post('transfer-encoding: chunked'), crumbs]));
    await vi.waitFor(() => expect(heard).toBeGreaterThan(0), { interval: 1 });
    other.write('GET /other HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(other, 'data');
    expect(heardBefore).toBeGreaterThan(0);
    expect(heardBefore).toBeLessThan(5_000);
    await vi.waitFor(() => expect(heard).toBe(10_000), { interval: 1 });
  });

  it('parses no more of a connection that was ended', async () => {
    let begun = 0;
    const server = createServer();
    let parsed = 0;
    const count: RequestListener = () => (begun += 1);
    const guarded = guardRequests(count);
    server.on('request', (request, response) => {
      parsed += 1;
      guarded(request, response);
    });
    readInPieces(server);
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    socket.resume();
    const ended = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2000));
    await ended;
    expect(begun).toBe(8);
    expect(parsed).toBeLessThan(100);
  });
});

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The hub's file API in memory, with the faults a network has. */
export interface FakeFiles {
  stored: Map<string, Buffer>;
  partial: Map<string, Buffer>;
  /** `GET 200`, `GET 206 from 1000`, `PUT at 0`, ... in the order they came. */
  requests: string[];
  /** Cut the next downloads after so many bytes, one entry each. */
  cutDownloadsAfter: number[];
  /** Cut the next uploads after so many bytes, one entry each. */
  cutUploadsAfter: number[];
  /** Flip a byte in this many downloads. */
  damageDownloads: number;
  handle: (request: IncomingMessage, response: ServerResponse, changed: () => void) => void;
}

export function createFakeFiles(): FakeFiles {
  function get(sha256: string, request: IncomingMessage, response: ServerResponse): void {
    const data = files.stored.get(sha256);
    if (data === undefined) {
      const problem = { type: 'about:blank', title: 'Not found', status: 404, code: 'not-found' };
      response.writeHead(404).end(JSON.stringify({ ...problem, detail: 'The hub has no such file.' }));
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    files.requests.push(`GET ${from > 0 ? `206 from ${from}` : '200'}`);
    const rest = Buffer.from(data.subarray(from));
    if (files.damageDownloads > 0 && rest.length > 0) {
      files.damageDownloads -= 1;
      rest[0] = (rest[0] ?? 0) ^ 1;
    }
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(rest.length) });
    const cut = files.cutDownloadsAfter.shift();
    if (cut === undefined) response.end(rest);
    else response.write(rest.subarray(0, cut), () => response.destroy());
  }

  function head(sha256: string, response: ServerResponse): void {
    const whole = files.stored.get(sha256);
    if (whole !== undefined) response.writeHead(200, { 'content-length': String(whole.length) }).end();
    else response.writeHead(200, { 'upload-offset': String(files.partial.get(sha256)?.length ?? 0) }).end();
  }

  async function put(sha256: string, offset: number, request: IncomingMessage, response: ServerResponse) {
    files.requests.push(`PUT at ${offset}`);
    const cut = files.cutUploadsAfter.shift();
    let arrived = offset === 0 ? Buffer.alloc(0) : (files.partial.get(sha256) ?? Buffer.alloc(0));
    if (arrived.length !== offset) return void response.writeHead(409).end();
    try {
      for await (const chunk of request) {
        arrived = Buffer.concat([arrived, chunk as Buffer]).subarray(
          0,
          cut === undefined ? Infinity : offset + cut,
        );
        files.partial.set(sha256, arrived);
        if (arrived.length === offset + (cut ?? Infinity)) return void request.destroy();
      }
    } catch {
      return; // cut off; what arrived stays
    }
    if (createHash('sha256').update(arrived).digest('hex') !== sha256)
      return void response.writeHead(422).end();
    files.stored.set(sha256, arrived);
    files.partial.delete(sha256);
    response.writeHead(201).end();
  }

  const files: FakeFiles = {
    stored: new Map(),
    partial: new Map(),
    requests: [],
    cutDownloadsAfter: [],
    cutUploadsAfter: [],
    damageDownloads: 0,
    handle(request, response, changed) {
      const url = new URL(request.url ?? '/', 'https://hub');
      const sha256 = url.pathname.replace('/agent/v1/files/', '');
      if (request.method === 'GET') get(sha256, request, response);
      else if (request.method === 'HEAD') head(sha256, response);
      else void put(sha256, Number(url.searchParams.get('offset')), request, response).finally(changed);
    },
  };
  return files;
}

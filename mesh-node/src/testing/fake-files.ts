import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The hub's file API in memory, with the faults a network has. */
export interface FakeFiles {
  stored: Map<string, Buffer>;
  /** Of attempts, by name. */
  secrets: Map<string, Record<string, string>>;
  partial: Map<string, Buffer>;
  /** Results sent before their hash was known, by attempt. */
  unnamed: Map<string, Buffer>;
  /** `GET 200`, `GET 206 from 1000`, `PUT at 0`, ... in the order they came. */
  requests: string[];
  /** Cut the next downloads after so many bytes, one entry each. */
  cutDownloadsAfter: number[];
  /** Cut the next uploads after so many bytes, one entry each. */
  cutUploadsAfter: number[];
  /** Cut the next results that are sent ahead after so many bytes, one entry each. */
  cutAheadAfter: number[];
  /** Flip a byte in this many downloads. */
  damageDownloads: number;
  /** Flip a byte in this many answers with the end of a file. */
  damageEnds: number;
  /** Downloads stop after so many bytes, one entry each, until `release`. */
  holdDownloadsAfter: number[];
  release: () => void;
  handle: (request: IncomingMessage, response: ServerResponse, changed: () => void) => void;
}

/** What is asked for from so near the end on is a look at the end; the faults are for downloads of what is larger. */
const endBytes = 64 * 1024;

export function createFakeFiles(): FakeFiles {
  const held: (() => void)[] = [];

  function get(sha256: string, request: IncomingMessage, response: ServerResponse): void {
    const data = files.stored.get(sha256);
    if (data === undefined) {
      const problem = { type: 'about:blank', title: 'Not found', status: 404, code: 'not-found' };
      response.writeHead(404).end(JSON.stringify({ ...problem, detail: 'The hub has no such file.' }));
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const isEnd = from >= data.length - endBytes;
    files.requests.push(`GET ${from > 0 ? `206 from ${from}` : '200'}`);
    const rest = Buffer.from(data.subarray(from));
    const damage = isEnd ? 'damageEnds' : 'damageDownloads';
    if (files[damage] > 0 && rest.length > 0) {
      files[damage] -= 1;
      rest[0] = (rest[0] ?? 0) ^ 1;
    }
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(rest.length) });
    const hold = isEnd ? undefined : files.holdDownloadsAfter.shift();
    if (hold !== undefined) {
      response.write(rest.subarray(0, hold));
      held.push(() => response.end(rest.subarray(hold)));
      return;
    }
    const cut = isEnd ? undefined : files.cutDownloadsAfter.shift();
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

  /** A result that is sent before its hash is known, and what says whose beginning it is. */
  async function unnamed(
    attemptId: string,
    request: IncomingMessage,
    response: ServerResponse,
    sha256: string,
  ) {
    if (request.method === 'POST') {
      const beginning = files.unnamed.get(attemptId);
      files.requests.push(`named ${beginning?.length ?? 0}`);
      files.unnamed.delete(attemptId);
      if (beginning !== undefined) files.partial.set(sha256, beginning);
      return void response.writeHead(204).end();
    }
    files.requests.push('PUT ahead');
    const cut = files.cutAheadAfter.shift() ?? Infinity;
    let arrived = Buffer.alloc(0);
    try {
      for await (const chunk of request) {
        arrived = Buffer.concat([arrived, chunk as Buffer]);
        files.unnamed.set(attemptId, arrived);
        if (arrived.length > cut) return void request.destroy();
      }
    } catch {
      return; // cut off; what arrived stays
    }
    response.writeHead(202).end();
  }

  const files: FakeFiles = {
    stored: new Map(),
    secrets: new Map(),
    partial: new Map(),
    unnamed: new Map(),
    requests: [],
    cutDownloadsAfter: [],
    cutUploadsAfter: [],
    cutAheadAfter: [],
    damageDownloads: 0,
    damageEnds: 0,
    holdDownloadsAfter: [],
    release: () => held.splice(0).forEach((go) => go()),
    handle(request, response, changed) {
      const url = new URL(request.url ?? '/', 'https://hub');
      const attemptId = /^\/agent\/v1\/results\/(.+)$/.exec(url.pathname)?.[1];
      if (attemptId !== undefined) {
        void unnamed(attemptId, request, response, url.searchParams.get('sha256') ?? '').finally(changed);
        return;
      }
      const secretsOf = /^\/agent\/v1\/attempts\/(.+)\/secrets$/.exec(url.pathname)?.[1];
      if (secretsOf !== undefined) {
        const values = files.secrets.get(secretsOf);
        response.writeHead(values === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ values }));
        return;
      }
      const sha256 = url.pathname.replace('/agent/v1/files/', '');
      if (request.method === 'GET') get(sha256, request, response);
      else if (request.method === 'HEAD') head(sha256, response);
      else void put(sha256, Number(url.searchParams.get('offset')), request, response).finally(changed);
    },
  };
  return files;
}

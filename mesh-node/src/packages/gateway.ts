import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MeshdeckError } from '@meshdeck/shared';
import { mostPageBytes, offeredFiles, type Source } from './offered-files.js';
import { rewritePackument } from './packument.js';
import { belongsTo, isWheelName, normalizeName, writePage, type IndexFile } from './simple-page.js';
import { fetchUpstream, printable, readBody, type Answer, type UpstreamSettings } from './upstream.js';

/** Where Python packages are looked for. */
export interface PythonSources {
  /** Addresses of indexes [PEP 503], `file:` only from the machine's settings. */
  indexes: Source[];
  /** Pages of links, and folders on this machine from its settings. */
  links: Source[];
}
/** Where Node packages are looked for: the registry of a scope (`@scope`), or of what has none (''). */
export type RegistryFor = (scope: string) => URL;

/** What came up while packages were fetched, for the sentence that says why it failed. */
export interface Findings {
  /** Projects that have source and no wheel at all. */
  onlySource: Set<string>;
  /** Projects that have source besides wheels. */
  alsoSource: Set<string>;
  /** What could not be reached, in sentences. */
  problems: Set<string>;
}

export interface Gateway {
  /** The path that everything of it begins with: whoever does not know it gets nothing. */
  prefix: string;
  server: Server;
  findings: Findings;
  /** The path a file elsewhere is fetched by, the app having named it. */
  pathFor: (url: string) => string;
  close: () => void;
}

const mostFiles = 500_000;
interface KnownFile {
  url: URL;
  byApp: boolean;
}

/**
 * What fetches packages for an installation that has no network: a server of the agent's own. It speaks to indexes and
 * registries by this machine's settings, whose passwords the installation never sees, and hands out wheels, and source only
 * where that is allowed. Nothing of what it fetches is run here.
 */
export function createGateway(options: {
  python: PythonSources;
  registryFor: RegistryFor;
  sourceBuilds: boolean;
  settings: UpstreamSettings;
  /** The same for what the app names. */
  appSettings: UpstreamSettings;
  signal: AbortSignal;
}): Gateway {
  const { python, sourceBuilds, signal } = options;
  const prefix = `/${randomBytes(16).toString('hex')}`;
  const findings: Findings = { onlySource: new Set(), alsoSource: new Set(), problems: new Set() };
  const files: KnownFile[] = [];
  const numbers = new Map<string, number>();

  function numberOf(url: URL, byApp: boolean): number {
    const key = `${byApp ? 'app' : 'own'} ${url.href}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (files.length >= mostFiles) throw new Error('too many files');
    numbers.set(key, files.length);
    return files.push({ url, byApp }) - 1;
  }
  const filePath = (url: URL, filename: string, byApp: boolean) =>
    `${prefix}/file/${numberOf(url, byApp)}/${encodeURIComponent(filename)}`;

  const fetchFrom = (url: URL, byApp: boolean, headers: Record<string, string>): Promise<Answer> =>
    fetchUpstream(url, { headers, settings: byApp ? options.appSettings : options.settings, signal });

  function note(url: URL, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (findings.problems.size < 20) findings.problems.add(`${printable(url)}: ${why}`);
  }

  async function pageOf(project: string): Promise<string | null> {
    const asked = [
      ...python.indexes.map((source) => ({
        source,
        page: { ...source, url: new URL(`${project}/`, withSlash(source.url)) },
      })),
      ...python.links.map((source) => ({ source, page: source })),
    ];
    let answered = false;
    const found: (IndexFile & { href: string })[] = [];
    await Promise.all(
      asked.map(async ({ source, page }) => {
        try {
          const offered = await offeredFiles(page, fetchFrom);
          if (offered === null) return;
          answered = true;
          for (const file of offered) {
            if (!belongsTo(file.filename, project)) continue;
            found.push({ ...file, href: filePath(new URL(file.url), file.filename, source.byApp) });
          }
        } catch (error) {
          note(source.url, error);
        }
      }),
    );
    const wheels = found.filter(({ filename }) => isWheelName(filename));
    if (wheels.length < found.length)
      (wheels.length === 0 ? findings.onlySource : findings.alsoSource).add(project);
    return answered ? writePage(sourceBuilds ? found : wheels) : null;
  }

  function passOn(answer: Answer, response: ServerResponse): void {
    const headers = Object.fromEntries(
      ['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified'].flatMap(
        (name) => {
          const value = answer.headers[name];
          return typeof value === 'string' && answer.headers['content-encoding'] === undefined
            ? [[name, value]]
            : [];
        },
      ),
    );
    response.writeHead(answer.status, headers);
    pipeline(answer.body, response, () => undefined);
  }

  async function giveFile(
    request: IncomingMessage,
    response: ServerResponse,
    number: number,
    name: string,
  ): Promise<void> {
    const file = files[number];
    if (file === undefined) return end(response, 404);
    const isMetadata = name.endsWith('.whl.metadata');
    const url = new URL(file.url);
    if (isMetadata) url.pathname += '.metadata';
    if (url.protocol === 'file:') {
      if (isMetadata) return end(response, 404);
      const path = fileURLToPath(url);
      const facts = await lstat(await realpath(path));
      response.writeHead(200, { 'content-length': facts.size });
      pipeline(createReadStream(path), response, () => undefined);
      return;
    }
    const { range } = request.headers;
    try {
      passOn(await fetchFrom(url, file.byApp, range === undefined ? {} : { range }), response);
    } catch (error) {
      note(url, error);
      end(response, statusOf(error));
    }
  }

  async function givePackument(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> {
    const scope = name.startsWith('@') ? (name.split('/')[0] ?? '') : '';
    const registry = options.registryFor(scope);
    const url = new URL(name.replace('/', '%2f'), withSlash(registry));
    try {
      const accept = request.headers.accept ?? 'application/json';
      const answer = await fetchFrom(url, false, { accept });
      if (answer.status !== 200) return passOn(answer, response);
      const text = (await readBody(answer, mostPageBytes)).toString('utf8');
      const base = `http://${request.headers.host ?? ''}`;
      const own = (address: URL, byApp: boolean) => base + filePath(address, lastOf(address), byApp);
      response.writeHead(200, { 'content-type': answer.headers['content-type'] ?? 'application/json' });
      response.end(rewritePackument(text, answer.url, own));
    } catch (error) {
      note(url, error);
      end(response, statusOf(error));
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    if (!path.startsWith(`${prefix}/`)) return end(response, 404);
    const rest = path.slice(prefix.length);
    const project = /^\/simple\/([^/]+)\/?$/.exec(rest)?.[1];
    if (project !== undefined) {
      const page = await pageOf(normalizeName(decodeURIComponent(project)));
      if (page === null) return end(response, findings.problems.size > 0 ? 503 : 404);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page);
      return;
    }
    const [, number, name] = /^\/file\/(\d+)\/([^/]+)$/.exec(rest) ?? [];
    if (number !== undefined && name !== undefined)
      return giveFile(request, response, Number(number), decodeURIComponent(name));
    const [, packed] = /^\/npm\/((?:@[^/]+(?:\/|%2f))?[^/@][^/]*)$/i.exec(rest) ?? [];
    if (packed !== undefined) return givePackument(request, response, decodeURIComponent(packed));
    end(response, 404);
  }

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else end(response, 500);
    });
  });
  return {
    prefix,
    server,
    findings,
    pathFor: (text) => {
      const url = new URL(text);
      const { hash } = url;
      url.hash = '';
      return filePath(url, lastOf(url), true) + hash;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What is not allowed need not be tried again; what did not work may be. */
const statusOf = (error: unknown) =>
  error instanceof MeshdeckError && error.code === 'forbidden' ? 403 : 502;

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

const withSlash = (url: URL) => new URL(url.href.replace(/\/*(\?.*)?$/, '/'));

function lastOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || 'file';
  } catch {
    return last;
  }
}

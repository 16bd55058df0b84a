import type dns from 'node:dns';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { createGunzip } from 'node:zlib';
import tls from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { placeOf } from '../network/address.js';
import { allowedAddresses, type AddressObjection } from '../network/dial.js';

/** How this machine reaches package indexes: by its owner's settings. */
export interface UpstreamSettings {
  /** By which proxy an address is reached; null: directly. */
  proxyFor: (url: URL) => URL | null;
  /** Certificates (PEM) that vouch for hosts, besides the usual. */
  authorities: readonly string[];
  /** The machine's own certificate for indexes that ask for one. */
  client: { cert: string; key: string } | null;
  /** Hosts that need not prove who they are. */
  trustedHosts: ReadonlySet<string>;
  /** `Authorization` for an address, where the owner's settings hold one. */
  authorizationFor: (url: URL) => string | undefined;
  /** Hosts the owner's settings name: they may be on any network, this machine's own included. */
  isOwn: (url: URL) => boolean;
}

const idleMs = 60_000;
const mostRedirects = 5;
/** Where systems keep the certificates that they trust; an institution's own may be among them. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const contexts = new WeakMap<UpstreamSettings, { plain: tls.SecureContext; own: tls.SecureContext }>();

/** Whom this machine believes; making it takes longer than most requests. */
function secureContexts(settings: UpstreamSettings): { plain: tls.SecureContext; own: tls.SecureContext } {
  const known = contexts.get(settings);
  if (known !== undefined) return known;
  const file = systemAuthorities.find((path) => existsSync(path));
  const system = file === undefined ? [] : [readFileSync(file, 'utf8')];
  const ca = [...tls.rootCertificates, ...system, ...settings.authorities];
  const plain = tls.createSecureContext({ ca });
  const own = settings.client === null ? plain : tls.createSecureContext({ ca, ...settings.client });
  contexts.set(settings, { plain, own });
  return { plain, own };
}

/** An address without what is secret in it, for people and logs. */
export function printable(url: URL): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.search = '';
  plain.hash = '';
  return plain.href;
}

const refused = (sentence: string) => new MeshdeckError('forbidden', sentence);

/** What the owner did not name is reached on the internet only: an app must not send the machine around its own network. */
const objectionFor =
  (url: URL, own: boolean): AddressObjection =>
  (place) =>
    own || place === 'internet'
      ? null
      : `${url.hostname} is no server of the internet, and nothing this machine's owner named.`;

/** A connection through a proxy's tunnel [RFC 9110 §9.3.6]. */
function tunnel(proxy: URL, target: URL, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const authority = `${target.hostname}:${target.port || '443'}`;
    const request = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      timeout: idleMs,
      ...(proxy.protocol === 'https:' ? { secureContext: options.secureContext } : {}),
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200)
        resolve(tls.connect({ ...options, socket, servername: target.hostname }));
      else {
        socket.destroy();
        reject(new Error(`the proxy answered ${response.statusCode ?? 0}`));
      }
    });
    request.once('timeout', () => request.destroy(new Error('the proxy did not answer')));
    request.once('error', reject);
    request.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}

/** One answer, as it comes; its body is not read yet. */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: NodeJS.ReadableStream & { destroy: () => void };
  /** Where it came from in the end. */
  url: URL;
}

async function once(
  url: URL,
  headers: Record<string, string>,
  settings: UpstreamSettings,
  signal: AbortSignal,
): Promise<Answer> {
  const own = settings.isOwn(url);
  if (url.protocol !== 'https:' && !(own && url.protocol === 'http:'))
    throw refused(`${printable(url)} is no address by https://.`);
  const objectionTo = objectionFor(url, own);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) {
    const problem = objectionTo(placeOf(literal));
    if (problem !== null) throw refused(problem);
  }
  const proxy = settings.proxyFor(url);
  // A name that only the proxy knows is for the proxy to judge; one that is known here, too, is judged here.
  if (proxy !== null && isIP(literal) === 0)
    await allowedAddresses(url.hostname, objectionTo).catch((error: unknown) => {
      if (error instanceof MeshdeckError) throw error;
    });
  const lookup = (
    host: string,
    options: dns.LookupOptions,
    done: (error: Error | null, address: string | dns.LookupAddress[], family?: number) => void,
  ) => {
    allowedAddresses(host, objectionTo).then(
      (addresses) => {
        const fit = addresses.filter(
          ({ family }) => options.family === undefined || options.family === 0 || family === options.family,
        );
        if (options.all === true) done(null, fit);
        else
          done(
            fit[0] === undefined ? new Error(`${host} has no such address`) : null,
            fit[0]?.address ?? '',
            fit[0]?.family,
          );
      },
      (error: unknown) => done(error as Error, ''),
    );
  };
  const authorization = settings.authorizationFor(url);
  const secure: tls.ConnectionOptions = {
    secureContext: secureContexts(settings)[own ? 'own' : 'plain'],
    rejectUnauthorized: !settings.trustedHosts.has(url.hostname) && !settings.trustedHosts.has(url.host),
  };
  const asked = {
    'user-agent': 'meshdeck-node',
    'accept-encoding': 'identity',
    ...headers,
    ...(authorization === undefined ? {} : { authorization }),
  };
  const socket = proxy !== null && url.protocol === 'https:' ? await tunnel(proxy, url, secure) : undefined;
  return new Promise((resolve, reject) => {
    const plain: http.RequestOptions = {
      method: 'GET',
      signal,
      timeout: idleMs,
      agent: false,
      lookup: lookup as unknown as NonNullable<http.RequestOptions['lookup']>,
    };
    const request =
      url.protocol === 'https:'
        ? https.request(url, {
            ...plain,
            ...secure,
            headers: asked,
            ...(socket === undefined ? {} : { createConnection: () => socket }),
          })
        : proxy === null
          ? http.request(url, { ...plain, headers: asked })
          : http.request({
              ...plain,
              host: proxy.hostname,
              port: proxy.port || 80,
              path: printableKeepingQuery(url),
              headers: { host: url.host, ...asked, ...proxyAuthorization(proxy) },
            });
    request.once('response', (response) => {
      const zipped = response.headers['content-encoding'] === 'gzip';
      const body = zipped ? response.pipe(createGunzip()) : response;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body, url });
    });
    request.once('timeout', () => request.destroy(new Error(`${url.hostname} did not answer`)));
    request.once('error', reject);
    request.end();
  });
}

function printableKeepingQuery(url: URL): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain.href;
}

/** Tries, and tries once more where the network failed: not where it was refused, nor where nobody waits any more. */
async function again(attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof MeshdeckError || (error instanceof Error && error.name === 'AbortError'))
      throw error;
    await delay(500);
    return attempt();
  }
}

/**
 * Fetches an address, redirects followed, each looked at like the first; what is secret goes to the hosts it is for only.
 * @throws MeshdeckError `forbidden` where it leads somewhere it must not; what the system or the other end said otherwise
 */
export async function fetchUpstream(
  address: URL,
  options: { headers?: Record<string, string>; settings: UpstreamSettings; signal: AbortSignal },
): Promise<Answer> {
  let url = address;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const answer = await again(() => once(url, options.headers ?? {}, options.settings, options.signal));
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    answer.body.destroy();
    url = new URL(location, url);
  }
  throw new Error(`${printable(address)} leads from one address to the next without end`);
}

/** A whole body, up to so many bytes. */
export async function readBody({ body, url }: Answer, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const data = chunk as Buffer;
    if ((bytes += data.length) > mostBytes) {
      body.destroy();
      throw new Error(`${printable(url)} is larger than any page of an index`);
    }
    chunks.push(data);
  }
  return Buffer.concat(chunks);
}

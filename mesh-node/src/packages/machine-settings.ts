import { readFile } from 'node:fs/promises';
import type { UpstreamSettings } from './upstream.js';

/** An index or registry of the owner's settings, with what is said to it. */
export interface Base {
  url: URL;
  authorization?: string;
  /** The password counts for all of its host, as pip takes it, or only for what lies below it, as npm does. */
  reach: 'host' | 'path';
}

/** A setting of the environment, in either case; undefined where it is empty. */
export function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name.toLowerCase()] ?? env[name.toUpperCase()];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** A text file of the owner's; undefined where there is none. */
export const readOwn = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** An address with its user and password taken off, and what they amount to. */
export function withoutUser(text: string): { url: URL; authorization?: string } {
  const url = new URL(text);
  const { username, password } = url;
  if (username === '' && password === '') return { url };
  url.username = '';
  url.password = '';
  return {
    url,
    authorization: basicAuthorization(decodeURIComponent(username), decodeURIComponent(password)),
  };
}

const asProxy = (text: string | undefined): URL | null => {
  if (text === undefined) return null;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(full) ? new URL(full) : null;
};

/** Whether NO_PROXY keeps an address off the proxy: hosts, their domains, with a port or without. */
function goesDirect({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      const suffix = name.replace(/^\*?\./, '');
      return (
        (only === undefined || only === ownPort) && (hostname === suffix || hostname.endsWith(`.${suffix}`))
      );
    });
}

/** By which proxy to go, from the environment and what overrules it. */
export function proxies(
  env: NodeJS.ProcessEnv,
  overruling: { http?: string | undefined; https?: string | undefined } = {},
) {
  const all = fromEnvironment(env, 'all_proxy');
  const byProtocol = {
    'http:': asProxy(overruling.http ?? fromEnvironment(env, 'http_proxy') ?? all),
    'https:': asProxy(overruling.https ?? fromEnvironment(env, 'https_proxy') ?? all),
  };
  const direct = fromEnvironment(env, 'no_proxy') ?? '';
  return (url: URL): URL | null => {
    const proxy = url.protocol === 'https:' ? byProtocol['https:'] : byProtocol['http:'];
    return proxy === null || !/^https?:$/.test(proxy.protocol) || goesDirect(url, direct) ? null : proxy;
  };
}

/** Certificates of the institution's own authority, as pip, requests, OpenSSL and Node are told of them. */
export async function authoritiesOf(
  env: NodeJS.ProcessEnv,
  ...more: (string | undefined)[]
): Promise<string[]> {
  const named = [
    ...more,
    ...['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].map(
      (name) => env[name],
    ),
  ];
  const texts = await Promise.all([...new Set(named)].map((path) => (path ? readOwn(path) : undefined)));
  return texts.filter((text) => text !== undefined);
}

/** The folder an index lies in: its files may lie beside it. */
const folderOf = ({ pathname }: URL) => pathname.replace(/\/(\+?simple)?\/*$/, '/').replace(/\/+$/, '/');
const isInside = (url: URL, base: URL) => url.pathname.startsWith(`${base.pathname.replace(/\/+$/, '')}/`);
const isPackage = /\.(?:whl|whl\.metadata|tar\.gz|tgz|zip)$/i;
const isBelow = (url: URL, base: URL) => url.host === base.host && url.pathname.startsWith(folderOf(base));

/** How indexes are spoken to: for what the owner's settings name, and for what an app names. */
export function settingsFor(options: {
  bases: readonly Base[];
  proxyFor: UpstreamSettings['proxyFor'];
  authorities: readonly string[];
  client?: UpstreamSettings['client'];
  trustedHosts?: Iterable<string>;
}): { settings: UpstreamSettings; appSettings: UpstreamSettings } {
  const { bases, client = null } = options;
  const longestFirst = [...bases].sort((a, b) => b.url.pathname.length - a.url.pathname.length);
  const passwordFor = (url: URL) =>
    longestFirst.find(
      ({ url: base, authorization, reach }) =>
        authorization !== undefined && (reach === 'host' ? url.host === base.host : isBelow(url, base)),
    )?.authorization;
  const settings: UpstreamSettings = {
    proxyFor: options.proxyFor,
    authorities: options.authorities,
    client,
    trustedHosts: new Set(options.trustedHosts ?? []),
    isOwn: ({ host }) => bases.some(({ url }) => url.host === host),
    authorizationFor: passwordFor,
  };
  // An app may name a page or a package of the owner's index; elsewhere on that host it has no business.
  const named = (url: URL) =>
    bases.some(
      ({ url: base }) => isBelow(url, base) && (isInside(url, base) || isPackage.test(url.pathname)),
    );
  return {
    settings,
    appSettings: {
      ...settings,
      isOwn: named,
      authorizationFor: (url) => (named(url) ? passwordFor(url) : undefined),
    },
  };
}

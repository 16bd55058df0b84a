import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import net from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { createGateway, type Gateway } from './gateway.js';
import { settingsFor, type Base } from './machine-settings.js';
import { parseHtmlPage, parseJsonPage } from './simple-page.js';

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

interface Options {
  bases?: Base[];
  indexes?: { url: URL; byApp: boolean }[];
  links?: { url: URL; byApp: boolean }[];
  sourceBuilds?: boolean;
  proxy?: URL;
  authorities?: string[];
  registry?: URL;
}

async function gatewayWith(options: Options) {
  const { settings, appSettings } = settingsFor({
    bases: options.bases ?? [],
    proxyFor: () => options.proxy ?? null,
    authorities: options.authorities ?? [],
  });
  const gateway: Gateway = createGateway({
    python: { indexes: options.indexes ?? [], links: options.links ?? [] },
    registryFor: () => options.registry ?? new URL('https://registry.example/'),
    sourceBuilds: options.sourceBuilds ?? false,
    settings,
    appSettings,
    signal: new AbortController().signal,
  });
  const port = await listen(gateway.server as http.Server);
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  return { gateway, get, page: (name: string) => get(`${gateway.prefix}/simple/${name}/`) };
}

/** A server that remembers who asked for what, with which password. */
async function server(
  answers: Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => void>,
) {
  const asked: string[] = [];
  const made = http.createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? '-'}`);
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  const port = await listen(made);
  return { port, asked, url: new URL(`http://127.0.0.1:${port}/simple`) };
}
const html = (text: string) => (_: http.IncomingMessage, response: http.ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end(text);

it('reads pages as Nexus, PyTorch and devpi write them', () => {
  const page = `<base href="/repository/pypi/simple/x/"><a HREF='../../packages/x/1.0/x-1.0-py3-none-any.whl#sha256=${'a'.repeat(64)}' rel="internal" data-requires-python="&gt;=3.7,!=3.0" >x</a>
<a href="https://cdn.example/x-1.1%2Bcpu-cp311-cp311-linux_x86_64.whl?sig=a&amp;b=c#md5=${'b'.repeat(32)}" data-yanked>x</a><a href="x-1.2.tar.gz" data-dist-info-metadata="true">x</a>
<a href="javascript:alert(1)">x</a><a name="top">x</a><a href="../">Parent</a>`;
  expect(parseHtmlPage(page, 'https://nexus.lab/repository/pypi/simple/x/')).toEqual([
    {
      filename: 'x-1.0-py3-none-any.whl',
      url: 'https://nexus.lab/repository/pypi/packages/x/1.0/x-1.0-py3-none-any.whl',
      hash: `sha256=${'a'.repeat(64)}`,
      requiresPython: '>=3.7,!=3.0',
      yanked: null,
      metadata: null,
    },
    {
      filename: 'x-1.1+cpu-cp311-cp311-linux_x86_64.whl',
      url: 'https://cdn.example/x-1.1%2Bcpu-cp311-cp311-linux_x86_64.whl?sig=a&b=c',
      hash: `md5=${'b'.repeat(32)}`,
      requiresPython: null,
      yanked: '',
      metadata: null,
    },
    {
      filename: 'x-1.2.tar.gz',
      url: 'https://nexus.lab/repository/pypi/simple/x/x-1.2.tar.gz',
      hash: '',
      requiresPython: null,
      yanked: null,
      metadata: 'true',
    },
  ]);
});

it('reads the same as JSON', () => {
  const files = [
    {
      filename: 'x',
      url: 'x-1.0-py3-none-any.whl',
      hashes: { sha256: 'c'.repeat(64) },
      'requires-python': '>=3.8',
      'core-metadata': { sha256: 'd' },
    },
    { filename: 'x', url: 'x-1.1-py3-none-any.whl', hashes: {}, yanked: 'broken', 'requires-python': null },
  ];
  expect(parseJsonPage(JSON.stringify({ meta: {}, files }), 'https://a.example/simple/x/')).toMatchObject([
    {
      url: 'https://a.example/simple/x/x-1.0-py3-none-any.whl',
      hash: `sha256=${'c'.repeat(64)}`,
      requiresPython: '>=3.8',
      metadata: 'sha256=d',
    },
    { yanked: 'broken', metadata: null },
  ]);
});

it('offers wheels only, says what there is as source, and both where that is allowed', async () => {
  const own = await server({
    '/simple/both/': html(
      '<a href="both-1.0-py3-none-any.whl">a</a><a href="both-1.1.tar.gz">b</a><a href="other-1.0-py3-none-any.whl">c</a>',
    ),
    '/simple/source/': html('<a href="source-1.0.tar.gz">b</a>'),
  });
  const options = {
    bases: [{ url: own.url, reach: 'host' as const }],
    indexes: [{ url: own.url, byApp: false }],
  };
  const { gateway, page } = await gatewayWith(options);
  const both = await page('Both');
  expect(both.text).toContain('both-1.0-py3-none-any.whl');
  expect(both.text).not.toMatch(/tar\.gz|other-/);
  expect((await page('source')).text).not.toContain('tar.gz');
  expect((await page('nothing')).status).toBe(404);
  expect([[...gateway.findings.onlySource], [...gateway.findings.alsoSource]]).toEqual([
    ['source'],
    ['both'],
  ]);
  const builds = await gatewayWith({ ...options, sourceBuilds: true });
  expect((await builds.page('both')).text).toContain('both-1.1.tar.gz');
});

it("says the owner's password to the owner's index, and to nobody it leads to", async () => {
  const elsewhere = await server({ '/x-1.0-py3-none-any.whl': html('wheel') });
  const own = await server({
    '/simple/x/': html('<a href="/files/x-1.0-py3-none-any.whl">x</a>'),
    '/files/x-1.0-py3-none-any.whl': (_, response) =>
      void response
        .writeHead(302, { location: `http://127.0.0.1:${elsewhere.port}/x-1.0-py3-none-any.whl` })
        .end(),
  });
  const { gateway, page, get } = await gatewayWith({
    bases: [{ url: own.url, authorization: 'Basic secret', reach: 'host' }],
    indexes: [{ url: own.url, byApp: false }],
  });
  const link = /href="([^"]+)"/.exec((await page('x')).text)?.[1] ?? '';
  expect((await get(link)).status).toBe(403);
  expect(own.asked).toEqual(['/simple/x/ Basic secret', '/files/x-1.0-py3-none-any.whl Basic secret']);
  // Where it led is neither of the internet nor named by the owner.
  expect(elsewhere.asked).toEqual([]);
  expect([...gateway.findings.problems].join()).toContain('is no address by https://');
});

it('lets an app name nothing on this machine, its network, or beside the owner’s index', async () => {
  const own = await server({ '/simple/x/': html(''), '/admin': html('deleted') });
  const { gateway, get, page } = await gatewayWith({
    bases: [{ url: new URL(`${own.url.href}/`), authorization: 'Basic secret', reach: 'host' }],
    indexes: [
      { url: new URL(`http://127.0.0.1:${own.port}/evil`), byApp: true },
      { url: new URL('https://169.254.169.254/latest'), byApp: true },
      { url: new URL('https://localhost/simple'), byApp: true },
    ],
  });
  expect((await page('x')).status).toBe(503);
  for (const address of [
    `http://127.0.0.1:${own.port}/admin`,
    'https://[::1]/x.whl',
    'https://10.0.0.1/x.whl',
  ])
    expect((await get(gateway.pathFor(address))).status).toBe(403);
  expect(own.asked).toEqual([]);
  expect([...gateway.findings.problems].join()).not.toContain('secret');
});

it('gives nothing to whoever does not know its path, and nothing by any other method', async () => {
  const { gateway, get } = await gatewayWith({});
  expect((await get('/simple/x/')).status).toBe(404);
  expect((await get(`${gateway.prefix.slice(0, -1)}0/simple/x/`)).status).toBe(404);
  expect((await get(`${gateway.prefix}/file/0/x.whl`)).status).toBe(404);
  expect((await get(`${gateway.prefix}/../../etc/passwd`)).status).toBe(404);
});

it('gives wheels of folders and pages that the owner names, and reads no other file', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'simple', 'x'), { recursive: true });
  await writeFile(join(folder, 'x-1.0-py3-none-any.whl'), 'wheel');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'simple', 'x', 'index.html'), '<a href="../../x-2.0-py3-none-any.whl">x</a>');
  await writeFile(join(folder, 'x-2.0-py3-none-any.whl'), 'second');
  const foreign = await server({
    '/simple/x/': html(`<a href="${pathToFileURL(join(folder, 'x-1.0-py3-none-any.whl')).href}">x</a>`),
  });
  const { page, get } = await gatewayWith({
    bases: [{ url: foreign.url, reach: 'host' }],
    indexes: [{ url: pathToFileURL(join(folder, 'simple')), byApp: false }],
    links: [{ url: pathToFileURL(folder), byApp: false }],
  });
  const { text } = await page('x');
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
  const given = await Promise.all(links.map(get));
  expect(given.map((answer) => answer.text).sort()).toEqual(['second', 'second', 'wheel']);
  expect(text).not.toContain('secret');
  const other = await gatewayWith({
    bases: [{ url: foreign.url, reach: 'host' }],
    indexes: [{ url: foreign.url, byApp: false }],
  });
  expect((await other.page('x')).text).not.toContain('href');
});

/** A certificate of its own for 127.0.0.1. */
async function certificate() {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'pipe' },
  );
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}

it('believes the authorities the owner names, and goes by a proxy that asks for a password', async () => {
  const { key, cert } = await certificate();
  const secure = https.createServer({ key, cert }, (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="x-1.0-py3-none-any.whl">x</a>'),
  );
  const port = await listen(secure);
  const tunnels: string[] = [];
  const proxy = http.createServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? '-'}`);
    const away = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(away).pipe(socket);
    });
    away.on('error', () => socket.destroy());
    socket.on('error', () => away.destroy());
  });
  const proxyPort = await listen(proxy);
  const url = new URL(`https://127.0.0.1:${port}/simple`);
  const options = { bases: [{ url, reach: 'host' as const }], indexes: [{ url, byApp: false }] };
  const stranger = await gatewayWith(options);
  expect((await stranger.page('x')).status).toBe(503);
  expect([...stranger.gateway.findings.problems].join()).toMatch(/self-signed/);
  const known = await gatewayWith({
    ...options,
    authorities: [cert],
    proxy: new URL(`http://u:p@127.0.0.1:${proxyPort}`),
  });
  expect((await known.page('x')).text).toContain('x-1.0-py3-none-any.whl');
  expect(tunnels).toEqual([`127.0.0.1:${port} Basic ${Buffer.from('u:p').toString('base64')}`]);
});

it('fetches archives of Node packages itself, those that packages name by an address included', async () => {
  const own = await server({
    '/npm/@lab%2fx': (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          name: '@lab/x',
          versions: {
            '1.0.0': {
              dist: { tarball: '/npm/@lab/x/-/x-1.0.0.tgz', integrity: 'sha512-x' },
              dependencies: { y: '^1', z: 'https://cdn.example/z.tgz', g: 'github:a/b' },
            },
          },
        }),
      ),
    '/npm/@lab/x/-/x-1.0.0.tgz': html('archive'),
  });
  const registry = new URL(`http://127.0.0.1:${own.port}/npm/`);
  const { gateway, get } = await gatewayWith({
    bases: [{ url: registry, authorization: 'Bearer secret', reach: 'path' }],
    registry,
  });
  const { text } = await get(`${gateway.prefix}/npm/@lab%2fx`);
  const { dist, dependencies } =
    (
      JSON.parse(text) as {
        versions: Record<
          string,
          { dist: { tarball: string; integrity: string }; dependencies: Record<string, string> }
        >;
      }
    ).versions['1.0.0'] ?? expect.fail();
  expect(dist.integrity).toBe('sha512-x');
  expect(await get(new URL(dist.tarball).pathname)).toEqual({ status: 200, text: 'archive' });
  expect(dependencies['z']).toContain(gateway.prefix);
  expect(dependencies).toMatchObject({ y: '^1', g: 'github:a/b' });
  expect(own.asked.every((each) => each.endsWith('Bearer secret'))).toBe(true);
});

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { writeTar } from './write-tar.js';

export interface PackageIndex {
  port: number;
  /** The address of its Python index, with a user and a password. */
  pythonUrl: string;
  /** The address of its registry of Node packages. */
  npmUrl: string;
  password: string;
  /** What was asked for, in order; what came without the password ends in ` refused`. */
  requests: string[];
  addFile: (project: string, file: { filename: string; content: Buffer }) => void;
  addNodePackage: (name: string, files: Record<string, string>, manifest?: object) => void;
  /** Called with every request, before it is answered. */
  onRequest: (path: string) => void;
}

/** A private index of Python and Node packages on this machine, that asks for a password. */
export async function startPackageIndex(): Promise<PackageIndex> {
  const password = 'of-the-machine';
  const python = new Map<string, Map<string, Buffer>>();
  const node = new Map<string, { archive: Buffer; manifest: object }>();
  const expected = new Set([
    `Basic ${Buffer.from(`owner:${password}`).toString('base64')}`,
    `Bearer ${password}`,
  ]);

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const known = expected.has(request.headers.authorization ?? '');
    index.requests.push(`${path}${known ? '' : ' refused'}`);
    index.onRequest(path);
    if (!known) return void response.writeHead(401).end();
    const [, kind = '', name = '', file = ''] =
      /^\/(simple|files|npm|tarballs)\/((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(path) ?? [];
    const files = python.get(name);
    if (kind === 'simple' && files !== undefined) {
      const links = [...files.keys()].map((each) => `<a href="../../files/${name}/${each}">${each}</a>`);
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(links.join('\n'));
    }
    const content =
      kind === 'files' ? files?.get(file) : kind === 'tarballs' ? node.get(name)?.archive : undefined;
    if (content !== undefined) return void response.writeHead(200).end(content);
    const packed = kind === 'npm' ? node.get(name) : undefined;
    if (packed === undefined) return void response.writeHead(404).end();
    const integrity = `sha512-${createHash('sha512').update(packed.archive).digest('base64')}`;
    const dist = { integrity, tarball: `http://127.0.0.1:${index.port}/tarballs/${name}/${name}-1.0.0.tgz` };
    const version = { name, version: '1.0.0', ...packed.manifest, dist };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const index: PackageIndex = {
    port,
    pythonUrl: `http://owner:${password}@127.0.0.1:${port}/simple`,
    npmUrl: `http://127.0.0.1:${port}/npm/`,
    password,
    requests: [],
    onRequest: () => undefined,
    addFile(project, { filename, content }) {
      const files = python.get(project) ?? new Map<string, Buffer>();
      python.set(project, files.set(filename, content));
    },
    addNodePackage(name, files, manifest = {}) {
      const packageJson = JSON.stringify({ name, version: '1.0.0', ...manifest });
      const entries = Object.entries({ 'package.json': packageJson, ...files });
      const archive = gzipSync(
        writeTar(Object.fromEntries(entries.map(([path, text]) => [`package/${path}`, text]))),
      );
      node.set(name, { archive, manifest });
    },
  };
  return index;
}

/** Settings of the environment for as long as the test lasts. */
export function withEnvironment(settings: Record<string, string>): void {
  const before = Object.fromEntries(Object.keys(settings).map((name) => [name, process.env[name]]));
  Object.assign(process.env, settings);
  onTestFinished(() => {
    for (const [name, value] of Object.entries(before))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });
}

/** Source that says how it is built [PEP 517], and needs nothing else for it. */
export function writeSource(name: string, backend: string): { filename: string; content: Buffer } {
  const folder = `${name}-1.0`;
  const files = {
    [`${folder}/PKG-INFO`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${folder}/pyproject.toml`]:
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    [`${folder}/backend.py`]: backend,
  };
  return { filename: `${folder}.tar.gz`, content: gzipSync(writeTar(files)) };
}

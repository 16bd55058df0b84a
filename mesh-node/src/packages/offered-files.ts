import { createReadStream } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseHtmlPage, parseJsonPage, type IndexFile } from './simple-page.js';
import { readBody, type Answer } from './upstream.js';

/** Where packages are offered. */
export interface Source {
  url: URL;
  /** Named by the app: held to the internet, and given no password of the owner's. */
  byApp: boolean;
}

const pageTypes =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';
/** The largest page that is read, of an index or a registry. */
export const mostPageBytes = 64 * 1024 * 1024;
/** Indexes known to hand out the metadata they announce; pip takes a missing one for a broken index, so others are not asked. */
const metadataHosts = new Set(['pypi.org', 'files.pythonhosted.org']);

/**
 * The files a page of an index, a page of links, or a folder of this machine's owner offers; null where there is no such page.
 * @throws what kept it from being read
 */
export async function offeredFiles(
  { url, byApp }: Source,
  fetchFrom: (url: URL, byApp: boolean, headers: Record<string, string>) => Promise<Answer>,
): Promise<IndexFile[] | null> {
  if (url.protocol === 'file:') return filesOfFolder(url);
  const answer = await fetchFrom(url, byApp, { accept: pageTypes });
  if (answer.status !== 200) {
    answer.body.destroy();
    if (answer.status === 404) return null;
    throw new Error(`it answered ${answer.status}`);
  }
  const text = (await readBody(answer, mostPageBytes)).toString('utf8');
  const isJson = /json/i.test(answer.headers['content-type'] ?? '');
  const found = isJson ? parseJsonPage(text, answer.url.href) : parseHtmlPage(text, answer.url.href);
  const announced = metadataHosts.has(answer.url.hostname);
  // A page from elsewhere has nothing to say of this machine's files.
  const elsewhere = found.filter((file) => /^https?:/i.test(file.url));
  return elsewhere.map((file) => (announced ? file : { ...file, metadata: null }));
}

/** What lies in a folder of this machine's owner: packages side by side, or a page of links to them. */
async function filesOfFolder(url: URL): Promise<IndexFile[] | null> {
  const path = fileURLToPath(url);
  const facts = await lstat(await realpath(path)).catch(() => null);
  if (facts === null) return null;
  const read = async (file: string) => {
    const chunks = await createReadStream(file).toArray();
    return Buffer.concat(chunks as Buffer[]).toString('utf8');
  };
  if (facts.isFile()) return parseHtmlPage(await read(path), url.href);
  const names = await readdir(path);
  if (names.includes('index.html')) {
    const page = join(path, 'index.html');
    return parseHtmlPage(await read(page), pathToFileURL(page).href);
  }
  return names.map((filename) => ({
    filename,
    url: pathToFileURL(join(path, filename)).href,
    hash: '',
    requiresPython: null,
    yanked: null,
    metadata: null,
  }));
}

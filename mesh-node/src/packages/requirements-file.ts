import { lstat, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';
import { join as joinNative } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { decodeText } from './decode-text.js';
import { isWheel, readRequirement, type RequirementLine } from './requirement-line.js';

/** Everything a requirements.txt and what it includes ask for. Paths are the app's, in forward slashes. */
export interface Requirements {
  lines: RequirementLine[];
  constraints: RequirementLine[];
  /** Indexes the app names; `instead`: in place of the machine's own. `none`: no index at all. */
  indexes: { instead: string | null; also: string[]; none: boolean };
  /** Pages of links elsewhere, and folders of the app. */
  links: { pages: string[]; folders: string[] };
  /** Further arguments for pip. */
  options: string[];
}

export interface RequirementsOptions {
  /** Whether packages may be built from source on this machine. */
  sourceBuilds: boolean;
}

const mostBytes = 1024 * 1024;
const mostLines = 10_000;
const mostFiles = 50;

/** Told when source is what is asked for and this machine builds none. */
export const sourceBuildsOff =
  'this machine builds nothing from source. Put a wheel into the app in its place, or let the owner of the machine allow it: meshdeck-node --allow-source-builds.';

const flags = new Set(['--pre', '--prefer-binary', '--require-hashes']);
const dropped = new Set(['--use-feature', '--only-binary', '--progress-bar', '--timeout', '--retries']);

/** Words of a line as a shell would part them, quotes taken off. */
const words = (text: string) =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? found[3] ?? '');

/** `--name value`, `--name=value`, `-n value`, `-nvalue`. */
function readOption(text: string): { name: string; value: string; more: boolean } {
  const [first = '', ...rest] = words(text);
  const long = /^(--[a-z-]+)(?:=(.*))?$/s.exec(first);
  const [name, own] = long === null ? [first.slice(0, 2), first.slice(2)] : [long[1] ?? '', long[2] ?? ''];
  const value = own === '' ? (rest.shift() ?? '') : own;
  return { name, value, more: rest.length > 0 };
}

/** Lines with their numbers, those that end in a backslash joined with the next, comments and what is empty left out. */
function logicalLines(text: string): { number: number; text: string }[] {
  const lines: { number: number; text: string }[] = [];
  let open: { number: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const isComment = /^\s*#/.test(raw);
    const line = open ?? { number: index + 1, text: '' };
    if (!isComment && raw.endsWith('\\')) {
      open = { ...line, text: `${line.text}${raw.slice(0, -1)} ` };
      continue;
    }
    open = undefined;
    lines.push({ ...line, text: isComment ? line.text : line.text + raw });
  }
  if (open !== undefined) lines.push(open);
  return lines
    .map(({ number, text: line }) => ({ number, text: line.replace(/(^|\s+)#.*$/, '').trim() }))
    .filter(({ text: line }) => line !== '');
}

/**
 * Reads the requirements.txt of an unpacked app with all it includes. What is read is looked at before pip is: nothing outside
 * the app is named, nothing is checked out, and without `sourceBuilds` nothing is built.
 * @throws MeshdeckError `app-invalid` with the line that cannot be taken; `requirements-failed` where only this machine refuses
 */
export async function readRequirements(
  bundleFolder: string,
  file: string,
  { sourceBuilds }: RequirementsOptions,
): Promise<Requirements> {
  const found: Requirements = {
    lines: [],
    constraints: [],
    indexes: { instead: null, also: [], none: false },
    links: { pages: [], folders: [] },
    options: [],
  };
  const seen = new Set<string>();
  let lines = 0;

  /** A path of the app, relative to a folder of it; undefined where it leads out, or to nothing. */
  async function inside(
    folder: string,
    path: string,
  ): Promise<{ path: string; isFolder: boolean } | undefined> {
    const way = normalize(join(folder, path.replaceAll('\\', '/')));
    if (way.startsWith('..') || way.startsWith('/') || /^[a-z]:/i.test(way)) return undefined;
    const facts = await lstat(joinNative(bundleFolder, way)).catch(() => null);
    if (facts === null || !(facts.isFile() || facts.isDirectory())) return undefined;
    return { path: way.replace(/\/$/, ''), isFolder: facts.isDirectory() };
  }

  async function read(path: string, into: 'lines' | 'constraints', asked: string): Promise<void> {
    if (seen.has(`${into} ${path}`)) return;
    seen.add(`${into} ${path}`);
    const full = joinNative(bundleFolder, path);
    if (seen.size > mostFiles) throw invalid(`${asked} includes more than ${mostFiles} files.`);
    if ((await lstat(full)).size > mostBytes) throw invalid(`${path} is larger than 1 MiB.`);
    for (const line of logicalLines(decodeText(await readFile(full), path))) {
      if ((lines += 1) > mostLines) throw invalid(`${file} has more than ${mostLines} lines.`);
      await take(line.text, { path, into, at: `Line ${line.number} of ${path}` });
    }
  }

  async function take(
    text: string,
    from: { path: string; into: 'lines' | 'constraints'; at: string },
  ): Promise<void> {
    const { at, into } = from;
    if (/\$\{[A-Z0-9_]+\}/.test(text))
      throw invalid(
        `${at} takes something from the environment, and an app is given nothing of the machine's.`,
      );
    if (text.startsWith('-')) return takeOption(text, from);
    const result = readRequirement(text);
    if ('objection' in result) throw invalid(`${at} ${result.objection}`);
    found[into].push(await checked(result.line, at));
  }

  async function checked(line: RequirementLine, at: string): Promise<RequirementLine> {
    if (line.kind === 'name') return line;
    const target = line.kind === 'url' ? line.url : line.path;
    if (line.kind === 'url') {
      if (!isWheel(line.url) && !sourceBuilds)
        throw refused(
          `${at} names ${target.slice(0, 120)}, which is no wheel (.whl), and ${sourceBuildsOff}`,
        );
      return line;
    }
    const place = await inside('', line.path);
    if (place === undefined)
      throw invalid(`${at} names ${JSON.stringify(target.slice(0, 120))}, which is not in the app.`);
    if (!(isWheel(place.path) && !place.isFolder) && !sourceBuilds)
      throw refused(`${at} names ${target.slice(0, 120)}, which is no wheel (.whl), and ${sourceBuildsOff}`);
    return { ...line, path: place.path };
  }

  async function takeOption(
    text: string,
    from: { path: string; into: 'lines' | 'constraints'; at: string },
  ): Promise<void> {
    const { at, path } = from;
    const { name, value, more } = readOption(text);
    const here = dirname(path);
    if (flags.has(text)) return void found.options.push(text);
    if (text === '--no-index') return void (found.indexes.none = true);
    if (dropped.has(name)) return;
    if (more) throw invalid(`${at} has more than an option and its value.`);
    if (value === '') throw invalid(`${at} has the option ${name} without what belongs to it.`);
    switch (name) {
      case '-r':
      case '--requirement':
      case '-c':
      case '--constraint': {
        const place = await inside(here, value);
        if (place === undefined || place.isFolder)
          throw invalid(
            `${at} includes ${JSON.stringify(value.slice(0, 120))}, which is no file of the app.`,
          );
        const constrains = name === '-c' || name === '--constraint' || from.into === 'constraints';
        return read(place.path, constrains ? 'constraints' : 'lines', file);
      }
      case '-i':
      case '--index-url':
      case '--pypi-url':
        return void (found.indexes.instead = httpsOnly(at, value));
      case '--extra-index-url':
        return void found.indexes.also.push(httpsOnly(at, value));
      case '-f':
      case '--find-links': {
        if (/^[a-z][a-z0-9+.-]+:/i.test(value)) return void found.links.pages.push(httpsOnly(at, value));
        const place = (await inside(here, value)) ?? (await inside('', value));
        if (place?.isFolder !== true)
          throw invalid(
            `${at} looks for packages in ${JSON.stringify(value.slice(0, 120))}, which is no folder of the app.`,
          );
        return void found.links.folders.push(place.path);
      }
      case '--no-binary':
        if (value === ':none:') return;
        if (!sourceBuilds)
          throw refused(`${at} asks for ${value.slice(0, 120)} as source, and ${sourceBuildsOff}`);
        return void found.options.push(`--no-binary=${value}`);
      case '-e':
      case '--editable':
        throw invalid(
          `${at} installs something to be edited (${name}), and what is installed for an app stays as it is. Put the code into the app itself; it is found there without being installed.`,
        );
      case '--trusted-host':
        throw invalid(
          `${at} trusts a host without a certificate (--trusted-host). Packages are fetched by https:// from hosts that prove who they are.`,
        );
      default:
        throw invalid(`${at} has the option ${name}, which is not taken here.`);
    }
  }

  await read(file, 'lines', file);
  return found;
}

const invalid = (sentence: string) => new MeshdeckError('app-invalid', sentence);
const refused = (sentence: string) => new MeshdeckError('requirements-failed', sentence);

function httpsOnly(at: string, url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return url;
  throw invalid(
    `${at} names ${JSON.stringify(url.slice(0, 120))}, and packages are fetched by https:// only.`,
  );
}

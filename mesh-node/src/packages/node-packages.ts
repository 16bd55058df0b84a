import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { decodeText } from './decode-text.js';

const specs = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  dependencies: specs,
  optionalDependencies: specs,
  peerDependencies: specs,
  peerDependenciesMeta: z.record(z.string(), z.looseObject({})).optional(),
  overrides: z.record(z.string(), z.unknown()).optional(),
});
type Manifest = z.infer<typeof manifestSchema>;

const entrySchema = z.looseObject({
  resolved: z.union([z.string(), z.boolean()]).optional(),
  version: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  name: z.string().optional(),
});
interface OldEntry {
  version?: string | undefined;
  resolved?: string | boolean | undefined;
  dev?: boolean | undefined;
  dependencies?: Record<string, OldEntry> | undefined;
  [key: string]: unknown;
}
const oldEntrySchema: z.ZodType<OldEntry> = z.lazy(() =>
  z.looseObject({
    version: z.string().optional(),
    resolved: z.union([z.string(), z.boolean()]).optional(),
    dev: z.boolean().optional(),
    dependencies: z.record(z.string(), oldEntrySchema).optional(),
  }),
);
const lockSchema = z.looseObject({
  lockfileVersion: z.number().optional(),
  packages: z.record(z.string(), entrySchema).optional(),
  dependencies: z.record(z.string(), oldEntrySchema).optional(),
});

const mostBytes = 64 * 1024 * 1024;
const groups = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Where the gateway has a file elsewhere. */
export interface Addresses {
  /** That package.json names. */
  fetched: (url: string) => string;
  /** That a lock names for this package. */
  locked: (url: string, name: string) => string;
}

/** What npm is to install for an app, as files for it; null where the app depends on nothing. */
export interface NodePackages {
  manifest: string;
  lock: string | null;
}

const invalid = (sentence: string, cause?: unknown) =>
  new MeshdeckError('app-invalid', sentence, cause === undefined ? {} : { cause });

async function readJson<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const path = join(folder, name);
  const facts = await lstat(path).catch(() => null);
  if (facts?.isFile() !== true) return null;
  if (facts.size > mostBytes) throw invalid(`The ${name} of this app is larger than 64 MiB.`);
  const text = decodeText(await readFile(path), name);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(`The ${name} of this app cannot be read.`, cause);
  }
}

const github =
  /^(?:github:|git\+(?:https|ssh):\/\/(?:git@)?github\.com\/|git:\/\/github\.com\/|https:\/\/github\.com\/|git@github\.com:)?([\w.-]+\/[\w.-]+?)(?:\.git)?(?:#(.+))?$/i;
/** Every form in which npm takes a dependency for a repository; the last is a page that it clones from. */
const repository =
  /^(?:git[+:@]|github:|gitlab:|bitbucket:|gist:|ssh:)|^[\w.-]+\/[\w.-]+(?:#.*)?$|^https:\/\/(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/#?]+\/[^/#?]+?\/?(?:#.*)?$|\.git(?:#.*)?$/i;

/** Why a dependency is refused: the rest of a sentence that begins with its name; null where it comes from a registry. */
function objectionTo(spec: string): string | null {
  if (
    /^(file|link|portal|workspace|patch):/i.test(spec) ||
    /^(?:\.|~\/|\/|[a-z]:)|^(?!https?:).*\.(?:tgz|tar|tar\.gz)$/i.test(spec)
  )
    return `lies in a folder (${spec.slice(0, 120)}). Pack the app as a .zip with node_modules in it, this one and all others: then nothing is installed.`;
  if (repository.test(spec)) {
    const [, name, ref = 'HEAD'] = github.exec(spec) ?? [];
    const instead =
      name === undefined || /^(gitlab|bitbucket|gist):/i.test(spec)
        ? ''
        : ` Name its archive: "https://codeload.github.com/${name}/tar.gz/${ref.replace(/^semver:/, '')}".`;
    return `is a repository (${spec.slice(0, 120)}), and no machine checks out code to prepare it.${instead}`;
  }
  if (/^http:\/\//i.test(spec))
    return `is fetched without a certificate (${spec.slice(0, 120)}). Use https://.`;
  if (/^https:\/\//i.test(spec)) return URL.canParse(spec) ? null : 'has an address that is none.';
  return /^[a-z][a-z0-9+.-]*:/i.test(spec) && !/^npm:/i.test(spec)
    ? `cannot be read: ${spec.slice(0, 120)}.`
    : null;
}

const isAddress = (spec: string) => /^https:\/\//i.test(spec);

/** Whether an app's package.json names anything to install. */
export async function hasDependencies(bundleFolder: string): Promise<boolean> {
  const manifest = await readJson(bundleFolder, 'package.json', manifestSchema);
  return manifest !== null && groups.some((group) => Object.keys(manifest[group]).length > 0);
}

/**
 * Reads what an app depends on: its package.json, and its package-lock.json where it has one. Development packages are left out.
 * What is not from a registry, or by an https:// address, is refused by name before npm sees it: npm runs what repositories ask
 * for even where it is told to run no scripts.
 * @param addresses where the gateway has a file that the app names, and one that its lock does
 * @throws MeshdeckError `app-invalid`
 */
export async function readNodePackages(
  bundleFolder: string,
  { fetched, locked }: Addresses,
): Promise<NodePackages | null> {
  const manifest = await readJson(bundleFolder, 'package.json', manifestSchema);
  if (manifest === null || groups.every((group) => Object.keys(manifest[group]).length === 0)) return null;

  const checked = (name: string, spec: string): string => {
    const objection = objectionTo(spec);
    if (objection !== null)
      throw invalid(`The dependency ${JSON.stringify(name)} in package.json ${objection}`);
    return isAddress(spec) ? fetched(spec) : spec;
  };
  const checkedOverrides = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return value.startsWith('$') ? value : checked(name, value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, checkedOverrides(inner, key)]),
    );
  };
  const safe: Manifest = { ...manifest };
  for (const group of groups)
    safe[group] = Object.fromEntries(
      Object.entries(manifest[group]).map(([name, spec]) => [name, checked(name, spec)]),
    );
  if (manifest.overrides !== undefined)
    safe.overrides = checkedOverrides(manifest.overrides, 'overrides') as Record<string, unknown>;
  const root = { name: 'app', version: '1.0.0', private: true, ...safe };
  const lock = await readJson(bundleFolder, 'package-lock.json', lockSchema);
  return {
    manifest: JSON.stringify(root),
    lock: lock === null ? null : JSON.stringify(safeLock(lock, root, locked)),
  };
}

function safeResolved(
  name: string,
  resolved: string | boolean | undefined,
  locked: Addresses['locked'],
): string | undefined {
  if (typeof resolved !== 'string') return undefined;
  if (/^https?:\/\//i.test(resolved) && URL.canParse(resolved)) return locked(resolved, name);
  throw invalid(
    `The dependency ${JSON.stringify(name)} in package-lock.json ${objectionTo(resolved) ?? 'comes from no registry.'}`,
  );
}

/** The lock with everything fetched by the gateway, and without what only development takes. */
function safeLock(lock: z.infer<typeof lockSchema>, root: object, locked: Addresses['locked']): object {
  const { packages } = lock;
  if (packages === undefined)
    return { ...lock, ...root, requires: true, dependencies: safeOldTree(lock.dependencies ?? {}, locked) };
  const kept = Object.entries(packages).flatMap(([path, entry]) => {
    if (path === '' || entry.dev === true) return [];
    const name = path.split('node_modules/').at(-1) ?? path;
    if (entry.link === true || !/(^|\/)node_modules\/[^/]/.test(path) || path.includes('..'))
      throw invalid(
        `The dependency ${JSON.stringify(name)} in package-lock.json lies in a folder. Pack the app as a .zip with node_modules in it, this one and all others: then nothing is installed.`,
      );
    const resolved = safeResolved(name, entry.resolved, locked);
    return [[path, { ...entry, resolved }] as const];
  });
  const { name, version } = root as { name: string; version: string };
  return {
    name,
    version,
    lockfileVersion: lock.lockfileVersion ?? 3,
    requires: true,
    packages: Object.fromEntries([['', root], ...kept]),
  };
}

/** The same of a lock from before npm 7: a tree in which an address may stand in place of a version. */
function safeOldTree(tree: Record<string, OldEntry>, locked: Addresses['locked']): Record<string, OldEntry> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, entry]) => {
      if (entry.dev === true) return [];
      const { version = '', dependencies } = entry;
      const objection = objectionTo(version);
      if (objection !== null)
        throw invalid(`The dependency ${JSON.stringify(name)} in package-lock.json ${objection}`);
      const safe: OldEntry = { ...entry, resolved: safeResolved(name, entry.resolved, locked) };
      if (isAddress(version)) safe.version = locked(version, name);
      if (dependencies !== undefined) safe.dependencies = safeOldTree(dependencies, locked);
      return [[name, safe]];
    }),
  );
}

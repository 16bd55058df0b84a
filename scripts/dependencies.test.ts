import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

interface Package {
  name: string;
  license?: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const readPackage = (...path: string[]): Package =>
  JSON.parse(readFileSync(join(root, ...path, 'package.json'), 'utf8')) as Package;

/** What is installed for a workspace: its own copy, or the one it shares. */
function installed(workspace: string, name: string): Package {
  const own = join(root, workspace, 'node_modules', name, 'package.json');
  return existsSync(own) ? readPackage(workspace, 'node_modules', name) : readPackage('node_modules', name);
}

function production(): { package: string; usedBy: string; licence: string }[] {
  const found = new Map<string, { users: string[]; licences: Set<string> }>();
  for (const workspace of ['.', ...(readPackage('.').workspaces ?? [])]) {
    const { dependencies, optionalDependencies } = readPackage(workspace);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith('@meshdeck/')) continue;
      const entry = found.get(name) ?? { users: [], licences: new Set() };
      found.set(name, entry);
      entry.users.push(workspace === '.' ? 'meshdeck' : workspace);
      entry.licences.add(installed(workspace, name).license ?? 'none stated');
    }
  }
  return [...found].map(([name, { users, licences }]) => ({
    package: name,
    usedBy: users.join(', '),
    licence: [...licences].join(', '),
  }));
}

it('lists every production dependency with its users and its own licence, and nothing else', () => {
  const rows = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| package '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const listed = rows.map(([, name = '', usedBy = '', , licence = '']) => ({
    package: name,
    usedBy,
    licence,
  }));
  const byName = (a: { package: string }, b: { package: string }) => (a.package < b.package ? -1 : 1);
  expect(listed).toEqual(production().sort(byName));
  for (const [, name, , purpose, , touches] of rows) {
    expect([name, purpose !== '', touches !== ''], 'says what it is for and what it may touch').toEqual([
      name,
      true,
      true,
    ]);
  }
});

it('keeps versions exact, so that what was looked at is what is installed', () => {
  const loose = ['.', ...(readPackage('.').workspaces ?? [])].flatMap((workspace) =>
    Object.entries(readPackage(workspace).dependencies ?? {}).filter(
      ([, version]) => !/^\d+\.\d+\.\d+/.test(version),
    ),
  );
  expect(loose).toEqual([]);
});

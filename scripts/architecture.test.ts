import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** The folders that the rows of a section begin with. */
function rows(title: string): string[] {
  const [, section = ''] = page.split(`\n## ${title}\n`);
  const [own = ''] = section.split('\n## ');
  const cells = own.split('\n').flatMap((line) => /^\| (`[^|]*`) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)\/`/g)].map(([, name = '']) => name)).sort();
}

const folders = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

it.each([
  ['Hub (`broker/src`)', 'broker/src'],
  ['Agent (`mesh-node/src`)', 'mesh-node/src'],
])('docs/architecture.md has every folder of %s once, and no other', (title, path) => {
  expect(rows(title)).toEqual(folders(path));
});

it('docs/architecture.md names files and folders that exist', () => {
  const named = [...page.matchAll(/`((?:shared|broker|mesh-node|desktop|testing|scripts)\/[\w./-]+)`/g)];
  const missing = named.map(([, path = '']) => path).filter((path) => !exists(path));
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

function exists(path: string): boolean {
  try {
    readFileSync(join(root, path));
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
}

it('docs/architecture.md is one page', () => {
  expect(page.split('\n').length).toBeLessThanOrEqual(125);
});

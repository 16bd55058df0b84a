import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppManifest } from '@meshdeck/shared';
import { invalid } from './problems.js';
import type { PackageFile } from './unpacking.js';

/** Lists of packages that other tools read and machines here do not, with how each becomes a requirements.txt. */
const foreignLists: readonly { name: RegExp; instead: string }[] = [
  {
    name: /^(?:environment|conda|env)\.ya?ml$/i,
    instead: 'write what it lists below "pip:", and the Python packages above it, one a line',
  },
  { name: /^Pipfile(?:\.lock)?$/i, instead: 'make one with "pipenv requirements > requirements.txt"' },
  { name: /^poetry\.lock$/i, instead: 'make one with "poetry export -o requirements.txt"' },
  { name: /^uv\.lock$/i, instead: 'make one with "uv export --no-emit-project -o requirements.txt"' },
  { name: /^setup\.(?:py|cfg)$/i, instead: 'write what it names in install_requires, one a line' },
];

const mostBytes = 1024 * 1024;

/** A pyproject.toml may hold settings of tools alone; it is a list only where its project depends on something. */
const listsDependencies = (text: string): boolean =>
  /^\s*\[project\][^[]*?^\s*dependencies\s*=\s*\[\s*(?:#[^\n]*\n\s*)*["']/ms.test(text) ||
  /^\s*\[tool\.poetry\.dependencies\]\s*\n(?:(?!\s*\[)[^\n]*\n)*?\s*(?!python\b)[\w.-]+\s*=/m.test(
    `${text}\n`,
  );

/**
 * A Python app whose packages are listed where no machine looks would be started without them.
 * @throws MeshdeckError `app-invalid`, naming the list and what to write instead
 */
export async function requireReadableList(
  root: string,
  files: readonly PackageFile[],
  { runtime }: Pick<AppManifest, 'runtime'>,
): Promise<void> {
  if (runtime !== 'python' && runtime !== 'notebook') return;
  if (files.some(({ path }) => path === 'requirements.txt')) return;
  const refuse = (path: string, instead: string) =>
    invalid(
      `This app lists its packages in ${path}, which machines do not read. Add a requirements.txt: ${instead}.`,
    );
  for (const { name, instead } of foreignLists) {
    const found = files.find(({ path }) => name.test(path));
    if (found !== undefined) throw refuse(found.path, instead);
  }
  const project = files.find(({ path, bytes }) => path === 'pyproject.toml' && bytes <= mostBytes);
  if (project !== undefined && listsDependencies(await readFile(join(root, project.path), 'utf8')))
    throw refuse(project.path, 'write its dependencies there, one a line');
}

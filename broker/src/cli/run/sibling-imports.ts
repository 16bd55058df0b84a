import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';

/** Scripts larger than this are data; nobody wrote their imports by hand. */
const mostBytes = 1024 * 1024;

/** Names of modules that a script loads from beside it, by the forms people write them in. */
const importsOf: Readonly<Record<string, (code: string) => string[]>> = {
  '.py': (code) => [
    ...[...code.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim().split(/[.\s]/)[0] ?? ''),
    ),
    ...[...code.matchAll(/^[ \t]*from[ \t]+\.?(\w+)(?:\.\w+)*[ \t]+import\b/gm)].map(([, name = '']) => name),
  ],
  '.mjs': (code) =>
    [...code.matchAll(/\b(?:from|import)\s*\(?\s*['"]\.\/([^'"]+)['"]/g)].map(([, path = '']) => path),
  '.sh': (code) =>
    [...code.matchAll(/^[ \t]*(?:\.|source)[ \t]+["']?(?:\.\/)?([\w.-]+)/gm)].map(([, path = '']) => path),
  '.r': (code) => [...code.matchAll(/\bsource\(\s*['"](?:\.\/)?([^'"]+)['"]/g)].map(([, path = '']) => path),
  '.jl': (code) => [...code.matchAll(/\binclude\(\s*"(?:\.\/)?([^"]+)"/g)].map(([, path = '']) => path),
};

/** What lies in the folder of `path` and is loaded by its code; null where nothing is. */
async function siblingOf(path: string, code: string): Promise<string | null> {
  const imports = importsOf[extname(path).toLowerCase()];
  if (imports === undefined) return null;
  const beside = new Set(await readdir(dirname(path)));
  for (const name of imports(code)) {
    const first = name.split('/')[0] ?? '';
    const found = [first, `${first}.py`].find((each) => each !== basename(path) && beside.has(each));
    if (found === undefined || first === '') continue;
    // A folder called like a package is one only where it holds Python.
    if (found === first && extname(path) === '.py') {
      const inside = await readdir(join(dirname(path), found)).catch(() => []);
      if (!inside.some((file) => file.endsWith('.py'))) continue;
    }
    return found;
  }
  return null;
}

/**
 * A script sent alone would miss what it loads from beside it, on every machine.
 * @throws MeshdeckError `app-invalid`
 */
export async function requireWholeApp(path: string): Promise<void> {
  if (importsOf[extname(path).toLowerCase()] === undefined) return;
  const code = await readFile(path);
  if (code.length > mostBytes) return;
  const sibling = await siblingOf(path, code.toString('utf8'));
  if (sibling === null) return;
  const name = basename(path);
  const convention = `app${extname(path)}`;
  const rename =
    name === convention
      ? ''
      : ` (with ${name} called ${convention} there, or named as "entry" in meshdeck.json)`;
  throw new MeshdeckError(
    'app-invalid',
    `${name} loads ${sibling} from beside it, and a file is sent alone. Give the folder instead: ${dirname(path)}${rename}.`,
  );
}

import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import * as z from 'zod';
import { runProgram } from '../inventory/run-program.js';

const contains = (folder: string, path: string) => {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
};

/** A folder that holds more than a runtime: someone's home, all homes, the whole disk. */
const tooWide = (folder: string): boolean => contains(folder, homedir()) || dirname(folder) === folder;

/** Where this Node's own files lie. */
export function programPaths(execPath = process.execPath): string[] {
  const real = realpathSync(execPath);
  const prefix = dirname(dirname(real));
  return basename(dirname(real)) === 'bin' && !tooWide(prefix) ? [prefix] : [real];
}

const question = `import json, os, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps({'prefixes': [sys.prefix, sys.base_prefix, sys.exec_prefix],
  'parts': [paths[k] for k in ('stdlib', 'platstdlib', 'purelib', 'platlib')] + [sys.executable, os.path.realpath(sys.executable)]}))`;
const answerSchema = z.object({ prefixes: z.array(z.string()).max(10), parts: z.array(z.string()).max(10) });

const asked = new Map<string, Promise<string[]>>();

async function ask(python: string): Promise<string[]> {
  const { stdout } = await runProgram({ file: python, args: ['-c', question], timeoutMs: 20_000 });
  const { prefixes, parts } = answerSchema.parse(JSON.parse(stdout));
  const wanted = prefixes.some(tooWide) ? parts : prefixes;
  return [...new Set(wanted.filter((path) => isAbsolute(path)))];
}

/** Where this Python's own files lie: its prefixes, or only its libraries where a prefix is someone's home. */
export function pythonPaths(python: string): Promise<string[]> {
  const known = asked.get(python) ?? ask(python);
  asked.set(python, known);
  known.catch(() => asked.delete(python));
  return known;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';

/** What a working folder holds beside the app. */
const beside = new Set(['.git', 'node_modules', '__pycache__', '.venv', 'venv', '.DS_Store']);

/** Files of variables hold passwords; what shows others how to write one does not. */
const isVariablesFile = (name: string): boolean =>
  /^\.env(?:\..+)?$/i.test(name) && !/\.(?:example|sample|template|dist)$/i.test(name);

const readRules = (folder: string, name: string) => readFile(join(folder, name), 'utf8').catch(() => '');

/** What of an app's folder is not sent. */
export interface LeftOut {
  /** `path` as tar gives it: below the folder, with forward slashes. */
  isLeftOut(path: string, isFolder: boolean): boolean;
  /** Files of variables at its top, to be told: whoever reads them in the app looks for them in vain. */
  variablesFiles: string[];
}

/**
 * By the rules of `.meshdeckignore` and `.gitignore` at the top of the folder [gitignore(5)], those of the former last, so that
 * it may take back what the latter leaves out (`!model.onnx`). Files of variables (`.env`) are never sent, whatever the rules say.
 */
export async function readLeftOut(folder: string): Promise<LeftOut> {
  const rules = ignore()
    .add(await readRules(folder, '.gitignore'))
    .add(await readRules(folder, '.meshdeckignore'));
  return {
    isLeftOut(path, isFolder) {
      const inside = path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
      if (inside === '' || inside === '.') return false;
      const parts = inside.split('/');
      if (parts.some((part) => beside.has(part)) || isVariablesFile(parts.at(-1) ?? '')) return true;
      return rules.ignores(isFolder ? `${inside}/` : inside);
    },
    variablesFiles: (await readdir(folder)).filter(isVariablesFile),
  };
}

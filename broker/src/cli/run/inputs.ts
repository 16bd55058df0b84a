import { stat } from 'node:fs/promises';
import { isInputName, MeshdeckError, sameInputNames } from '@meshdeck/shared';
import { findInput, type InputFile } from './files.js';

const isFile = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

/** `name=file`, or a file that keeps its name. What has a "/" before its "=" is a path. */
async function parseInput(text: string): Promise<{ name?: string; path: string }> {
  const at = text.indexOf('=');
  if (at < 1 || !isInputName(text.slice(0, at))) return { path: text };
  const named = { name: text.slice(0, at), path: text.slice(at + 1) };
  if (!(await isFile(text))) return named;
  if (!(await isFile(named.path))) return { path: text };
  throw new MeshdeckError(
    'invalid-request',
    `--input ${text} may mean the file ${text}, or ${named.path} under the name ${named.name}. For the file write ./${text}.`,
  );
}

/**
 * What `--input` named, the table first: the one without a name, else the first.
 * @throws MeshdeckError where one is no readable file, or two would have one name
 */
export async function findInputs(texts: readonly string[]): Promise<InputFile[]> {
  const parsed: { file: InputFile; isNamed: boolean }[] = [];
  for (const text of texts) {
    const { name, path } = await parseInput(text);
    const file = await findInput(path);
    parsed.push({ file: name === undefined ? file : { ...file, name }, isNamed: name !== undefined });
  }
  const first = parsed.find(({ isNamed }) => !isNamed) ?? parsed[0];
  const files = [first, ...parsed.filter((one) => one !== first)].flatMap((one) => one?.file ?? []);
  const same = sameInputNames(files.map(({ name }) => name));
  if (same === undefined) return files;
  const [one, other] = same;
  throw new MeshdeckError(
    'invalid-request',
    `${one === other ? `Two files are called "${one}"` : `"${one}" and "${other}" are the same name on some machines`}: name one of them with --input NAME=FILE.`,
  );
}

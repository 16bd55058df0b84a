import {
  isInputName,
  MeshdeckError,
  sameInputNames,
  type FileReference,
  type JobRequest,
} from '@meshdeck/shared';
import { requireScript, type ResolvedApp } from '../../apps/index.js';

const invalid = (sentence: string) => new MeshdeckError('invalid-request', sentence);

/**
 * The files that a job gets besides its table. Their names are those that its script finds them by, in one folder with the table.
 * @throws MeshdeckError `invalid-request`, `not-found`
 */
export async function draftInputs(
  app: ResolvedApp,
  { input, inputs = [] }: JobRequest,
  sizeOf: (sha256: string) => Promise<number | null>,
): Promise<FileReference[]> {
  if (inputs.length === 0) return [];
  requireScript(app.name, app.manifest.runtime, 'files besides its table');
  if (!isInputName(input.name)) {
    throw invalid(
      `The table cannot be called ${JSON.stringify(input.name)} beside other files: give it a name of its own.`,
    );
  }
  const same = sameInputNames([input.name, ...inputs.map(({ name }) => name)]);
  if (same !== undefined) {
    const [one, other] = same.map((name) => JSON.stringify(name));
    throw invalid(
      one === other
        ? `Two files are called ${one}. Give one of them another name.`
        : `${one} and ${other} are the same name on some machines. Give one of them another.`,
    );
  }
  return Promise.all(
    inputs.map(async ({ sha256, name }) => {
      const bytes = await sizeOf(sha256);
      if (bytes !== null) return { sha256, name, bytes };
      throw new MeshdeckError(
        'not-found',
        `The file ${JSON.stringify(name)} is not in the store. Upload it first.`,
      );
    }),
  );
}

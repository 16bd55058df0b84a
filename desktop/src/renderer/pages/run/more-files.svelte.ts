import { isInputName, sameInputNames, type FileReference } from '@meshdeck/shared';
import type { UploadedFiles } from './uploaded-files.js';

interface MoreFile {
  key: number;
  name: string;
  bytes: number;
  /** Here, or with the hub already. */
  file: File | FileReference;
}

/** Files that an app gets besides its table, by the names that its script finds them by. */
export class MoreFiles {
  rows = $state<MoreFile[]>([]);
  #nextKey = 0;

  add(files: readonly File[]): void {
    for (const file of files)
      this.rows.push({ key: (this.#nextKey += 1), name: file.name, bytes: file.size, file });
  }

  /** Those of an earlier job. */
  take(files: readonly FileReference[] = []): void {
    this.rows = files.map((file) => ({
      ...{ key: (this.#nextKey += 1), name: file.name, bytes: file.bytes, file },
    }));
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  /** What stands against them, as a sentence; null where nothing does. */
  problemBeside(table: string): string | null {
    const names = this.rows.map(({ name }) => name);
    const bad = names.find((name) => name === '' || !isInputName(name));
    if (bad !== undefined)
      return bad === '' ? 'A file has no name.' : `"${bad}" cannot be the name of a file.`;
    const empty = this.rows.find(({ bytes }) => bytes === 0);
    if (empty !== undefined) return `${empty.name} is empty.`;
    const same = sameInputNames(table === '' ? names : [table, ...names]);
    if (same === undefined) return null;
    const [one, other] = same;
    return one === other
      ? `Two files are called ${one}: give one of them another name.`
      : `${one} and ${other} are the same name on some machines: give one of them another.`;
  }

  /** As the hub has them, sent now where they are not. */
  async send(
    files: UploadedFiles,
    onProgress: (fraction: number) => void,
  ): Promise<{ sha256: string; name: string }[]> {
    const sent: { sha256: string; name: string }[] = [];
    for (const { name, file } of this.rows) {
      const { sha256 } = file instanceof File ? await files.table(file, onProgress) : file;
      sent.push({ sha256, name });
    }
    return sent;
  }
}

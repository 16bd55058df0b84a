/** One entry of a test archive: a plain file, or something a good archive would not hold. */
export interface TarEntry {
  path: string;
  content?: string | Buffer;
  type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice';
  target?: string;
}

const typeFlags = { File: '0', Link: '1', SymbolicLink: '2', CharacterDevice: '3' } as const;
const block = 512;

function header(entry: TarEntry, bytes: number): Buffer {
  const head = Buffer.alloc(block);
  head.write(entry.path, 0, 100);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write(typeFlags[entry.type ?? 'File'], 156);
  head.write(entry.target ?? '', 157, 100);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

/** A ustar archive [POSIX.1-1988], written by hand so that it can hold what no honest tool writes. */
export function writeTarEntries(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
}

/** An archive of plain files. */
export function writeTar(files: Record<string, string | Buffer>): Buffer {
  return writeTarEntries(Object.entries(files).map(([path, content]) => ({ path, content })));
}

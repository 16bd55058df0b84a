import { crc32 } from 'node:zlib';

const sealed = /^\{"crc32":"([0-9a-f]{8})",/;
const checksum = (line: string) => crc32(line).toString(16).padStart(8, '0');

/**
 * A JSON object's line with the CRC-32 of itself as its first field. Versions before this one take it for a field that means
 * nothing to them. What is no object stays as it is.
 */
export function sealLine(line: string): string {
  return line.startsWith('{"') ? `{"crc32":"${checksum(line)}",${line.slice(1)}` : line;
}

/** The line as it was; null where it is not what was written. Lines of earlier versions carry no checksum and are taken. */
export function unsealLine(line: string): string | null {
  if (!line.startsWith('{') || !line.endsWith('}')) return null;
  const found = sealed.exec(line);
  if (found === null) return line;
  const bare = `{${line.slice(found[0].length)}`;
  return checksum(bare) === found[1] ? bare : null;
}

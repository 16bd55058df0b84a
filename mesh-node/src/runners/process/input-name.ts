import { basename } from 'node:path';
import { isInputName, MeshdeckError } from '@meshdeck/shared';

/** What Windows takes for a device, a stream or a pattern, or cuts off at the end. */
const notOnWindows = /[<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

const isHere = (name: string, platform = process.platform): boolean =>
  isInputName(name) && !(platform === 'win32' && notOnWindows.test(name));

/** What its first file is called: as it was where it came from, unless this machine has no such name. */
export function inputName(name: string, platform = process.platform): string {
  if (isHere(name, platform)) return name;
  const safe = basename(name)
    .replace(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '');
  return safe || 'input.csv';
}

/** A name that somebody chose, which the script looks for: that or nothing. @throws MeshdeckError `node-refused` */
export function requireInputName(name: string, platform = process.platform): string {
  if (isHere(name, platform)) return name;
  throw new MeshdeckError('node-refused', `This machine can have no file called ${JSON.stringify(name)}.`);
}

import { MeshdeckError } from '../../errors.js';
import { selectInterfaces, type InterfaceAddress } from './interfaces.js';

/**
 * Refuses an interface (address or name) that this machine does not have, naming those it has.
 * @throws MeshdeckError `invalid-config`
 */
export function refuseUnknownInterface(
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>,
  insist: string,
): void {
  if (selectInterfaces(interfaces, insist).length > 0) return;
  const there = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => `${name} (${address})`),
  );
  const list = there.length === 0 ? 'It has none with an IPv4 address.' : `It has ${there.join(', ')}.`;
  throw new MeshdeckError(
    'invalid-config',
    `This machine has no network interface "${insist}". ${list} Name one of them with --interface, or leave it out.`,
  );
}

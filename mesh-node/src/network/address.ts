import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where an address leads. */
export type AddressPlace =
  /** Somewhere on the internet. */
  | 'internet'
  /** A network of the house: private addresses [RFC 1918, RFC 4193], carriers' [RFC 6598]. */
  | 'local-network'
  /** This machine. */
  | 'machine'
  /** This link only, and what clouds tell their machines at such addresses: keys, among other things. */
  | 'link'
  /** No one machine: multicast, documentation, what nobody has. */
  | 'nowhere';

const number = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** Blocks of IPv4, the first that holds an address counts [IANA IPv4 Special-Purpose Address Registry]. */
const blocks4: readonly [string, number, AddressPlace][] = [
  ['0.0.0.0', 8, 'machine'],
  ['127.0.0.0', 8, 'machine'],
  ['169.254.0.0', 16, 'link'],
  // Azure's own, to which every machine of it has a way.
  ['168.63.129.16', 32, 'link'],
  ['10.0.0.0', 8, 'local-network'],
  ['172.16.0.0', 12, 'local-network'],
  ['192.168.0.0', 16, 'local-network'],
  ['100.64.0.0', 10, 'local-network'],
  ['198.18.0.0', 15, 'local-network'],
  ['192.0.0.0', 24, 'nowhere'],
  ['192.0.2.0', 24, 'nowhere'],
  ['198.51.100.0', 24, 'nowhere'],
  ['203.0.113.0', 24, 'nowhere'],
  ['224.0.0.0', 3, 'nowhere'],
];

function place4(bytes: readonly number[]): AddressPlace {
  const address = number(bytes);
  const found = blocks4.find(([start, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor(number(start.split('.').map(Number)) / size);
  });
  return found?.[2] ?? 'internet';
}

/** The 16 bytes of an IPv6 address, an IPv4 address at its end or a zone behind it included. */
function bytes6(address: string): number[] {
  const [plain = ''] = address.split('%');
  const v4 = /:(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hex = (a = '0', b = '0') => ((Number(a) << 8) | Number(b)).toString(16);
  const text = v4 === null ? plain : `${plain.slice(0, v4.index)}:${hex(v4[1], v4[2])}:${hex(v4[3], v4[4])}`;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array.from({ length: zeros }, () => 0), ...back].flatMap((group) => [
    group >> 8,
    group & 255,
  ]);
}

const startsWith = (bytes: readonly number[], prefix: readonly number[]) =>
  prefix.every((byte, at) => bytes[at] === byte);
const zeros = (count: number) => Array.from({ length: count }, () => 0);

/** [IANA IPv6 Special-Purpose Address Registry]; where an IPv4 address is inside, that one counts. */
function place6(bytes: readonly number[]): AddressPlace {
  if (startsWith(bytes, [...zeros(10), 255, 255])) return place4(bytes.slice(12));
  if (startsWith(bytes, zeros(15)) && (bytes[15] ?? 0) <= 1) return 'machine';
  if (startsWith(bytes, zeros(12))) return place4(bytes.slice(12));
  if (startsWith(bytes, [0, 0x64, 0xff, 0x9b, ...zeros(8)])) return place4(bytes.slice(12)); // NAT64 [RFC 6052]
  if (startsWith(bytes, [0x20, 0x02])) return place4(bytes.slice(2, 6)); // 6to4 [RFC 3056]
  const [first = 0, second = 0] = bytes;
  if (first === 0xfe && (second & 0xc0) === 0x80) return 'link';
  if ((first & 0xfe) === 0xfc) return 'local-network';
  if (startsWith(bytes, [0x20, 0x01, 0x0d, 0xb8]) || startsWith(bytes, [0x20, 0x01, 0, 0])) return 'nowhere';
  return (first & 0xe0) === 0x20 ? 'internet' : 'nowhere';
}

/** The addresses of this machine's own interfaces. */
function ownAddresses(): Set<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => key(address))),
  );
}

/** An address in one form only, however it was written. */
function key(address: string): string {
  if (isIPv4(address)) return address;
  const bytes = bytes6(address);
  return startsWith(bytes, [...zeros(10), 255, 255]) ? bytes.slice(12).join('.') : bytes.join('.');
}

/** Where a connection to this address would go. Anything that is no address goes nowhere. */
export function placeOf(address: string, own: ReadonlySet<string> = ownAddresses()): AddressPlace {
  if (!isIPv4(address) && !isIPv6(address)) return 'nowhere';
  if (own.has(key(address))) return 'machine';
  return isIPv4(address) ? place4(address.split('.').map(Number)) : place6(bytes6(address));
}

import * as z from 'zod';

/** A place on a network that an app asks for: a host by name or address, and one port. */
export interface NetworkPlace {
  host: string;
  port: number;
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`);
/** IPv6 stands in brackets, as in an address of the web [RFC 3986 §3.2.2]. */
const form = /^(?:\[([0-9a-f:.]{2,45})\]|([^\s[\]:/@]{1,253})):(\d{1,5})$/;
/** Names and addresses of the machine itself, whatever machine it is. */
const itself = /^(?:localhost|.*\.localhost|127\..*|0\..*|0|::1?|::ffff:(?:127|7f|0).*)$/;

/**
 * `host:port` as its parts, in lower case; null for anything else. What is no name, all digits and points, has to be an IPv4
 * address: the machine would take other forms of numbers for one, too [inet_aton(3)].
 */
export function parseNetworkPlace(text: string): NetworkPlace | null {
  const [, v6, name, port] = form.exec(text.trim().toLowerCase()) ?? [];
  const host = v6 ?? name;
  if (host === undefined || port === undefined) return null;
  if (Number(port) < 1 || Number(port) > 65_535) return null;
  if (v6 !== undefined) return URL.canParse(`http://[${v6}]`) ? { host, port: Number(port) } : null;
  if (!hostName.test(host)) return null;
  const last = host.split('.').at(-1) ?? '';
  const isNumber = /^(?:\d+|0x[0-9a-f]*)$/.test(last);
  const isAddress = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(host);
  return isNumber && !isAddress ? null : { host, port: Number(port) };
}

/** `host:port`, as people and manifests write it. */
export const formatNetworkPlace = ({ host, port }: NetworkPlace): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

export const mostNetworkPlaces = 64;

export const networkPlaceSchema = z
  .string()
  .max(262)
  .refine((text) => parseNetworkPlace(text) !== null, 'must be host:port, such as "db.example.org:5432"')
  .refine(
    (text) => !itself.test(parseNetworkPlace(text)?.host ?? ''),
    'names the machine itself: a job reaches nothing of the machine it runs on',
  );

/**
 * What an app asks of the network. `true`: servers of the internet, on the usual ports. A list: these places and no other; the
 * only way to a place on the lab's own network. Neither reaches the machine it runs on.
 */
export const networkNeedSchema = z.union([
  z.boolean(),
  z.array(networkPlaceSchema).min(1).max(mostNetworkPlaces),
]);
export type NetworkNeed = z.infer<typeof networkNeedSchema>;

/** What `true` reaches: SSH, the web, mail being handed in and fetched, MQTT, AMQP, and the usual data bases. */
export const internetPorts = [
  22, 80, 443, 465, 587, 993, 995, 1433, 1883, 3306, 5432, 5671, 5672, 6379, 8080, 8443, 8883, 9092, 27017,
] as const;

/** What an app asks of the network, for people: null where it asks for nothing. */
export function describeNetworkNeed(need: NetworkNeed | undefined): string | null {
  if (need === undefined || need === false) return null;
  return need === true ? 'asks for the internet' : `asks for ${need.join(', ')}`;
}

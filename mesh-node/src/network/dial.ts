import dns from 'node:dns';
import net from 'node:net';
import { MeshdeckError, type NetworkPlace } from '@meshdeck/shared';
import { placeOf, type AddressPlace } from './address.js';

const connectWithinMs = 20_000;

/** Says of an address why it is refused; null where it is not. */
export type AddressObjection = (place: AddressPlace) => string | null;

const refused = (message: string) => new MeshdeckError('forbidden', message);

/**
 * The addresses of a name that may be connected to: what is looked up is what is connected to, so that a name cannot lead
 * elsewhere the second time it is asked for (DNS rebinding).
 * @throws MeshdeckError `forbidden` with the sentence of the first objection; what the resolver said where there is no such name
 */
export async function allowedAddresses(
  host: string,
  objectionTo: AddressObjection,
): Promise<dns.LookupAddress[]> {
  const found = await dns.promises.lookup(host, { all: true, verbatim: true });
  let objection: string | null = null;
  const allowed = found.filter(({ address }) => {
    const problem = objectionTo(placeOf(address));
    objection ??= problem;
    return problem === null;
  });
  if (allowed.length === 0) throw refused(objection ?? `${host} has no address.`);
  return allowed;
}

/** Connects to one of the allowed addresses of a place. */
export async function dial({ host, port }: NetworkPlace, objectionTo: AddressObjection): Promise<net.Socket> {
  const addresses = await allowedAddresses(host, objectionTo);
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host,
      port,
      allowHalfOpen: true,
      autoSelectFamily: true,
      lookup: (_name, options, done) => {
        const { family } = options;
        const fit = addresses.filter(
          (each) => family === 0 || family === undefined || each.family === family,
        );
        const [first] = fit;
        if (options.all === true) done(null, fit);
        else if (first === undefined) done(new Error(`${host} has no address of this kind`), '', 0);
        else done(null, first.address, first.family);
      },
    });
    socket.setTimeout(connectWithinMs, () => socket.destroy(new Error(`${host} did not answer`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

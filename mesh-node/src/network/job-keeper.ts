import { pipeline } from 'node:stream';
import { allowedAddresses, dial, type AddressObjection } from './dial.js';
import { objectionToAddress, objectionToPlace, type NetworkReach } from './reach.js';
import type { DoorKeeper } from './visitors.js';

/** Different refusals that are told; a job that tries everything is not to fill its log with it. */
const mostTold = 20;

/** Lets a job's connections out to what it reaches, and says once of each place why it does not. */
export function createJobKeeper(reach: NetworkReach, tell: (sentence: string) => void): DoorKeeper {
  const told = new Set<string>();
  function refuse(sentence: string): Error {
    if (!told.has(sentence) && told.size < mostTold) {
      told.add(sentence);
      tell(`Network: ${sentence}`);
    }
    return new Error(sentence);
  }

  const objectionAt =
    (place: { host: string; port: number | null }): AddressObjection =>
    (where) =>
      objectionToAddress(reach, place, where);

  return {
    async knows(name) {
      const objection = objectionToPlace(reach, name, null);
      if (objection !== null) throw refuse(objection);
      await allowedAddresses(name, objectionAt({ host: name, port: null })).catch((error: unknown) => {
        throw error instanceof Error && 'code' in error && error.code === 'forbidden'
          ? refuse(error.message)
          : error;
      });
      return true;
    },
    async connect(place, socket) {
      const objection = objectionToPlace(reach, place.host, place.port);
      if (objection !== null) throw refuse(objection);
      const away = await dial(place, objectionAt(place)).catch((error: unknown) => {
        throw refuse(error instanceof Error ? error.message : String(error));
      });
      socket.write('ok\n');
      // What breaks on one side breaks on the other; what ends is passed on to its last byte.
      pipeline(socket, away, () => undefined);
      pipeline(away, socket, () => undefined);
    },
  };
}

// node bench/fleet/machines.mjs '{"from":0,"count":500,"token":"mdj1_...","workMs":0}'
// So many simulated machines in one process. Prints {"event":"joined"} once all are in, and {"event":"trouble",...} for what
// people would read.
import { decodeJoinToken } from '@meshdeck/shared';
import { startMachine } from './machine.mjs';

/** @type {{ from: number, count: number, token: string, workMs: number }} */
const { from, count, token: text, workMs } = JSON.parse(process.argv[2] ?? '{}');
const token = decodeJoinToken(text);
const joined = new Set();
/** @param {Record<string, unknown>} event */
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

for (let index = from; index < from + count; index += 1) {
  await startMachine({
    index,
    token,
    workMs,
    onJoined() {
      joined.add(index);
      if (joined.size === count) tell({ event: 'joined' });
    },
    onTrouble: (trouble) => tell({ event: 'trouble', ...trouble }),
  });
}

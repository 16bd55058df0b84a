import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Activity } from '../fairness/activity.js';
import { createRates, type Rates } from '../fairness/rate.js';
import { createTurns } from '../fairness/turns.js';
import { callerRates, packetLimits } from './limits.js';
import { PacketGate, type CallerRates } from './packet-gate.js';
import type { PersonPrincipal } from './principal.js';

/** How a connection came in; decides how it must prove who it is. */
export type Door =
  | { kind: 'agents'; socket: TLSSocket }
  | { kind: 'sensors'; socket: Socket }
  | { kind: 'people'; person: PersonPrincipal };

export type DoorKind = Door['kind'];

/** The gates of all doors: one order of turns, and what each caller may send, by all its connections. */
export function createGates(options: {
  now: () => number;
  activity: Activity;
  onExcess: (gate: PacketGate, door: Door, reason: string) => void;
}) {
  const { now } = options;
  const turns = createTurns({ activity: options.activity });
  const ratesOf = (kind: keyof typeof callerRates): { packets: Rates; bytes: Rates } => ({
    packets: createRates(callerRates[kind].packets, now),
    bytes: createRates(callerRates[kind].bytes, now),
  });
  const rates = {
    agents: ratesOf('agents'),
    sensors: ratesOf('sensors'),
    people: ratesOf('people'),
  };
  const rateOf = (kind: DoorKind, caller: string): CallerRates => ({
    packets: rates[kind].packets.of(caller),
    bytes: rates[kind].bytes.of(caller),
  });

  return {
    open(source: Duplex, door: Door): PacketGate {
      const strangers = ratesOf('strangers');
      const gate: PacketGate = new PacketGate({
        source,
        turns,
        activity: options.activity,
        limits: packetLimits[door.kind],
        key: 'strangers',
        // Each stranger its own: nobody is slowed by others' knocking.
        rates: { packets: strangers.packets.of(''), bytes: strangers.bytes.of('') },
        onExcess: (reason) => options.onExcess(gate, door, reason),
      });
      return gate;
    },
    /** It is known who that is. */
    identified(gate: PacketGate, kind: DoorKind, caller: string): void {
      gate.belongTo(caller, rateOf(kind, caller));
    },
  };
}

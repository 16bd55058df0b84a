import { fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { residentBytes } from '@meshdeck/testing/measure';
import { heldBytes } from '../fuzz/held-memory.mjs';
import { quantile, startHonestTraffic } from './honest.mjs';
import { allowedBytes, attackLine, complaintsOf, inMb } from './report.mjs';
import { freshKey } from './people.mjs';
import { openRoom } from './room.mjs';
import { storms } from './storms/index.mjs';
import { walkedRoles } from './walk.mjs';

/** @typedef {import('./attacker.mjs').Order} Order */
/** @typedef {import('./report.mjs').Attack} Attack */
/** @typedef {import('./report.mjs').InsiderResult} InsiderResult */

/** After an attack everybody is answered again within this. */
const recoveryMs = 20_000;
/** A key may be used for so many calls in a while; a whole walk takes more. */
const keysOfWalk = 4;

/** One process that attacks, and what it says. @param {import('./room.mjs').Facts} facts */
function startAttacker(facts) {
  const child = fork(fileURLToPath(new URL('attacker.mjs', import.meta.url)), { stdio: 'inherit' });
  child.send({ facts });
  return {
    /** Keys that made no calls yet: else the limit on calls would hide what a call costs. */
    learn: () => child.send({ facts }),
    /** @param {Order} order @param {number} limitMs @returns {Promise<Record<string, number>>} */
    obey: (order, limitMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(() => resolve({ 'not done in time': 1 })), limitMs);
        /** @param {() => void} end */
        const finish = (end) => {
          clearTimeout(timer);
          child.off('message', heard);
          child.off('exit', left);
          end();
        };
        const left = () => finish(() => reject(new Error('The attacking process ended.')));
        /** @param {any} message */
        const heard = (message) => {
          if (message.counts !== undefined) finish(() => resolve(message.counts));
          else if (message.error !== undefined) finish(() => reject(new Error(message.error)));
        };
        child.on('message', heard);
        child.once('exit', left);
        child.send({ order });
      }),
    async stop() {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** How long the hub's thread worked at a stretch between these moments (Date.now), in ms. @param {string} file @param {number} from @param {number} to @returns {number[]} */
function turnsIn(file, from, to) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line === '') return [];
      const { at, turns } = JSON.parse(line);
      return at >= from && at <= to + 250 ? turns : [];
    });
}

/**
 * What was asked for after this moment and has not been answered in good time.
 *
 * @param {import('./honest.mjs').Sample[]} samples @param {readonly string[]} kinds @param {number} after @param {() => boolean} isOver
 */
async function unanswered(samples, kinds, after, isOver) {
  for (const deadline = performance.now() + recoveryMs; ; await pause(50)) {
    const answered = new Set(samples.filter(({ at }) => at > after).map(({ what }) => what));
    const left = kinds.filter((what) => !answered.has(what));
    if (left.length === 0 || isOver() || performance.now() > deadline) return left;
  }
}

/** All threads it has by now; those that they make will be as they are. @param {number} pid */
function goFirst(pid) {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), -15);
  } catch {
    // Then as everybody.
  }
}

/** @param {number} pid */
function watchMemory(pid) {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentBytes(pid) ?? 0)), 20);
  return {
    most: () => most,
    restart: () => (most = residentBytes(pid) ?? 0),
    stop: () => clearInterval(timer),
  };
}

/**
 * Tries what somebody inside can do against a live hub, and looks what it costs the hub's memory and others' time.
 *
 * @param {object} options
 * @param {import('@meshdeck/testing/mesh').Workshop} options.workshop
 * @param {number} options.stormMs how long each storm lasts
 * @param {number} options.calmMs before each attack nobody attacks for so long: what it is compared with
 * @param {number} options.share of the walk over every route, of 1
 * @param {number | null} options.floorMs a median below this is no harm, whatever it was before; null: others' times are told, and not judged
 * @param {(name: string) => boolean} [options.wanted]
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<InsiderResult>}
 */
export async function runInsider({
  workshop,
  stormMs,
  calmMs,
  share,
  floorMs,
  wanted = () => true,
  say = () => undefined,
}) {
  const settleMs = Math.min(700, stormMs / 2);
  const room = await openRoom(workshop);
  const { hub } = room;
  // Who else works on this machine should not be measured; only root may put itself first.
  for (const pid of [process.pid, hub.pid]) goFirst(pid);
  /** @type {string[]} */
  const complaints = [];
  let hasEnded = false;
  let isOver = false;
  void hub.exited.then(({ code, signal }) => {
    hasEnded = true;
    if (!isOver) complaints.push(`The hub ended (${signal ?? code}):\n${hub.output().slice(-2500)}`);
  });
  const attacker = workshop.keep(startAttacker(room.facts));
  const honest = workshop.keep(await startHonestTraffic(room));
  const memory = watchMemory(hub.pid);
  try {
    // The first of everything loads code and fills caches.
    await attacker.obey({ kind: 'walk', role: 'owner', share: 0.02, ms: 0 }, 60_000);
    await pause(1_000);
    const heldBefore = await heldBytes(hub, room.memoryFile);
    const quietFrom = performance.now();
    await pause(2 * calmMs);
    const quietTo = performance.now();
    const warmBytes = residentBytes(hub.pid) ?? 0;
    let mostBytes = warmBytes;
    const kinds = [...new Set(honest.samples.map(({ what }) => what))];
    /** @param {string} what @param {number} from @param {number} to */
    const times = (what, from, to) =>
      honest.samples.filter((one) => one.what === what && one.at >= from && one.at <= to).map(({ ms }) => ms);
    /** @param {string} name @param {Order} order @returns {Promise<Attack>} */
    async function attack(name, order) {
      for (const person of Object.values(room.facts.people)) {
        person.keys = [];
        for (let key = 0; key < (order.kind === 'walk' && share > 0.2 ? keysOfWalk : 1); key += 1) {
          person.keys.push(await freshKey(hub, person));
        }
        person.key = person.keys[0] ?? person.key;
      }
      attacker.learn();
      // Just before: who else works on this machine comes and goes.
      const calmFrom = performance.now();
      await pause(calmMs);
      const before = residentBytes(hub.pid) ?? 0;
      memory.restart();
      const from = performance.now();
      const fromDate = Date.now();
      const counts = await attacker.obey(order, 120_000);
      const to = performance.now();
      const toDate = Date.now();
      // Who waits has waited during it.
      await pause(settleMs);
      const grownBytes = memory.most() - before;
      mostBytes = Math.max(mostBytes, memory.most());
      const held = hasEnded ? null : await heldBytes(hub, room.memoryFile);
      const silent = await unanswered(honest.samples, kinds, to, () => hasEnded);
      const latencies = kinds.map((what) => {
        const [calm, during] = [times(what, calmFrom, from), times(what, from, to)];
        return {
          ...{ what, before: quantile(calm, 0.5), during: quantile(during, 0.5) },
          ...{ worst: quantile(during, 0.95), count: during.length },
        };
      });
      const turns = turnsIn(room.turnsFile, fromDate, toDate);
      const turn =
        turns.length === 0
          ? null
          : { median: quantile(turns, 0.5), worst: quantile(turns, 0.95), longest: Math.max(...turns) };
      return {
        name,
        seconds: (to - from) / 1000,
        counts,
        grownBytes,
        heldBytes: held,
        latencies,
        silent,
        turn,
      };
    }

    /** @type {[string, Order][]} */
    const orders = [
      ...walkedRoles.map(
        (role) =>
          /** @type {[string, Order]} */ ([`walk: ${role}`, { kind: 'walk', role, share, ms: stormMs }]),
      ),
      ...Object.keys(storms).map(
        (name) => /** @type {[string, Order]} */ ([name, { kind: 'storm', name, ms: stormMs }]),
      ),
    ];
    /** @type {Attack[]} */
    const attacks = [];
    for (const [name, order] of orders.filter(([each]) => wanted(each))) {
      if (hasEnded) break;
      const done = await attack(name, order);
      attacks.push(done);
      say(attackLine(done));
      complaints.push(...complaintsOf(done, floorMs));
    }
    const heldAfter = attacks.at(-1)?.heldBytes ?? heldBefore;
    if (!hasEnded && mostBytes - warmBytes > allowedBytes) {
      complaints.push(`The hub grew from ${inMb(warmBytes)} to ${inMb(mostBytes)} in all.`);
    }
    if (heldBefore !== null && heldAfter !== null && heldAfter - heldBefore > allowedBytes) {
      complaints.push(`The hub holds ${inMb(heldAfter)} in the end, and ${inMb(heldBefore)} before.`);
    }
    const quiet = kinds.map((what) => {
      const all = times(what, quietFrom, quietTo);
      const before = quantile(all, 0.5);
      return { what, before, during: before, worst: quantile(all, 0.95), count: all.length };
    });
    return { attacks, quiet, warmBytes, mostBytes, heldBefore, heldAfter, complaints };
  } finally {
    isOver = true;
    memory.stop();
  }
}

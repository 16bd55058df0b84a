// Loaded into the hub that is tried: how much its one thread works between two chances for others, in its own processor time, so that
// whoever else is on the machine does not count. Appends a line of JSON each quarter of a second to TURNS_FILE. Linux only.
import { appendFile, closeSync, openSync, readSync } from 'node:fs';

const file = process.env.TURNS_FILE ?? '';
const everyMs = 5;
const tellMs = 250;

function openSchedule() {
  try {
    // The main thread has the process' own number.
    return openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  } catch {
    return null;
  }
}

const schedule = file === '' ? null : openSchedule();
if (schedule !== null) {
  const buffer = Buffer.alloc(64);
  /** Nanoseconds on a processor. */
  const worked = () => {
    const length = readSync(schedule, buffer, 0, 64, 0);
    return Number(buffer.toString('latin1', 0, length).split(' ')[0]);
  };
  let before = worked();
  /** @type {number[]} */
  let turns = [];
  setInterval(() => {
    const now = worked();
    turns.push(Math.round((now - before) / 1e4) / 100);
    before = now;
  }, everyMs).unref();
  setInterval(() => {
    const said = turns;
    turns = [];
    appendFile(file, `${JSON.stringify({ at: Date.now(), turns: said })}\n`, () => undefined);
  }, tellMs).unref();
  process.on('exit', () => closeSync(schedule));
}

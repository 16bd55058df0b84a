import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, strings } from './database.js';
import type { ClockMemory } from './retention-clock.js';
import type { RollUpState } from './roll-up-state.js';

const names = {
  trustedMs: 'clock_trusted',
  wallMs: 'clock_wall',
  uptimeMs: 'clock_uptime',
  boot: 'clock_boot',
  steadyMs: 'clock_steady',
} as const;

/** A number for this boot of the computer; 0 where the system does not tell. */
export function bootNumber(): number {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return createHash('sha256').update(id).digest().readUIntBE(0, 6);
  } catch {
    return 0;
  }
}

/**
 * What the last run remembered of the clock. A store of an earlier version says only how far it was rolled up, which it did
 * every minute.
 */
export async function loadClockMemory(
  connection: DuckDBConnection,
  { minutesTo }: Pick<RollUpState, 'minutesTo'>,
): Promise<ClockMemory> {
  const [found, values] = await columnsOf(connection, 'SELECT name, value::DOUBLE FROM meta');
  const meta = new Map(strings(found).map((name, index) => [name, numbers(values)[index] ?? 0]));
  const trustedMs = meta.get(names.trustedMs);
  if (trustedMs === undefined) {
    return { trustedMs: minutesTo, wallMs: minutesTo, uptimeMs: 0, boot: 0, steadyMs: 0 };
  }
  const of = (name: keyof typeof names) => meta.get(names[name]) ?? 0;
  const [wallMs, uptimeMs, boot, steadyMs] = [of('wallMs'), of('uptimeMs'), of('boot'), of('steadyMs')];
  return { trustedMs, wallMs, uptimeMs, boot, steadyMs };
}

export async function saveClockMemory(connection: DuckDBConnection, memory: ClockMemory): Promise<void> {
  const rows = (Object.keys(names) as (keyof ClockMemory)[]).map(
    (key) => `('${names[key]}', ${String(Math.round(memory[key]))})`,
  );
  await connection.run("DELETE FROM meta WHERE name LIKE 'clock_%'");
  await connection.run(`INSERT INTO meta VALUES ${rows.join(', ')}`);
}

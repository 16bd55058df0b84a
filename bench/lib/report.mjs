import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '@meshdeck/testing/checkout';

/**
 * Prints measurements as an aligned table and keeps them as JSON under bench/results.
 *
 * @param {string} name
 * @param {{ what: string, value: string, note?: string }[]} lines
 * @param {Record<string, unknown>} data
 */
export function report(name, lines, data) {
  const widths = [lines.map(({ what }) => what.length), lines.map(({ value }) => value.length)].map((all) =>
    Math.max(...all),
  );
  console.log(`\n${name}`);
  for (const { what, value, note = '' } of lines) {
    console.log(`  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${note}`.trimEnd());
  }
  const folder = join(root, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString();
  const machine = {
    node: process.version,
    platform: `${process.platform} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    totalRamBytes: totalmem(),
  };
  const file = join(folder, `${name}-${at.replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ name, at, machine, ...data }, null, 2)}\n`);
}

/** Nearest-rank percentile. @param {readonly number[]} values @param {number} share */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {number} ms */
export const inMs = (ms) => `${Math.round(ms)} ms`;
/** @param {number} bytes */
export const inMb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
/** @param {number} count */
export const inCount = (count) => Math.round(count).toLocaleString('en-US');

import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { readSensorText } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';
import type { Environment } from './find-on-path.js';
import { runNodeSource } from './run-program.js';

const zoneName = /^[A-Z][\w+-]*(\/[\w+-]+)*$/;

async function linkedZone(roots: SystemRoots): Promise<string | null> {
  try {
    const target = await readlink(path.join(roots.etc, 'localtime'));
    return /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(target)?.[1] ?? null;
  } catch {
    return null; // a copy instead of a link, or a system that keeps its zone elsewhere
  }
}

async function askIntl(): Promise<string | null> {
  const source = 'process.stdout.write(Intl.DateTimeFormat().resolvedOptions().timeZone)';
  try {
    return (await runNodeSource({ source, args: [], timeoutMs: 1500 })).stdout;
  } catch {
    return null; // a machine too busy to start Node within the time
  }
}

/**
 * The IANA name of the machine's time zone, `UTC` where nothing tells. Read from the system's files, then from `Intl`
 * in a child: asking `Intl` here costs 7 MB of resident memory for good.
 */
export async function readTimezone(roots: SystemRoots, env: Environment): Promise<string> {
  const sources = [
    () => Promise.resolve(env.TZ?.replace(/^:/, '') ?? null),
    () => linkedZone(roots),
    () => readSensorText(path.join(roots.etc, 'timezone')),
    askIntl,
  ];
  for (const source of sources) {
    const zone = await source();
    if (zone !== null && zoneName.test(zone)) return zone;
  }
  return 'UTC';
}

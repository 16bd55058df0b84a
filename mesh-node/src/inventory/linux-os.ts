import path from 'node:path';
import { readSensorText } from '../collectors/kernel-files.js';
import type { SystemRoots } from '../collectors/system-roots.js';

/** Parses os-release(5): shell-like assignments, values quoted or bare. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) continue;
    values.set(name, value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1'));
  }
  return values;
}

/** Name and version of the distribution; rolling ones have a build id at the most. */
export async function readLinuxOs(roots: SystemRoots): Promise<{ osName: string; osVersion: string }> {
  const release = parseOsRelease((await readSensorText(path.join(roots.etc, 'os-release'))) ?? '');
  return {
    osName: release.get('NAME') ?? 'Linux',
    osVersion: release.get('VERSION') ?? release.get('VERSION_ID') ?? release.get('BUILD_ID') ?? '',
  };
}

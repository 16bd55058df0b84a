import type { Settings } from '../storage/settings.js';
import { fastPathsOf, type Flags } from './command-line.js';

/** What is kept for an agent that starts by itself: what was kept before, where nothing else is said now. */
export function keptSettings(flags: Flags, kept: Settings = {}): Settings {
  const { hub, join: token, interface: insist, name, slots, label, mdns, allowSourceBuilds } = flags;
  const fastPaths = fastPathsOf(flags);
  const labels = { ...kept.labels, ...label };
  return {
    ...kept,
    ...(hub === undefined ? {} : { hub }),
    ...(token === undefined ? {} : { token }),
    ...(insist === undefined ? {} : { interface: insist }),
    ...(name === undefined ? {} : { name }),
    ...(slots === undefined ? {} : { slots }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(mdns ? {} : { mdns }),
    ...(allowSourceBuilds === true ? { sourceBuilds: true } : {}),
    ...(fastPaths === undefined ? {} : { fastPaths }),
  };
}

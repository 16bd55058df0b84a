import { basename, dirname } from 'node:path';
import { heldItem, maxHeldItems, type HeldItem, type HeldKind, type HoldingsMessage } from '@meshdeck/shared';

/** Changes that come this close together share one message. */
const gatherMs = 200;

const kindOfKey: Partial<Record<string, HeldKind>> = {
  file: 'file',
  bundle: 'bundle',
  venv: 'environment',
  modules: 'environment',
};

function itemOfKey(key: string): HeldItem[] {
  const [prefix = '', sha256 = ''] = key.split('-');
  const kind = kindOfKey[prefix];
  return kind !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? [heldItem(kind, sha256)] : [];
}

/** The bundle a model belongs to: the folder in the cache that it lies in, however deep. */
function itemOfModel(path: string): HeldItem[] {
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder)) {
    const sha256 = /^bundle-([0-9a-f]{64})$/.exec(basename(folder))?.[1];
    if (sha256 !== undefined) return [heldItem('model', sha256)];
  }
  return [];
}

/** Tells the hub what this machine has at hand: all of it when it is connected, then what changes. */
export interface CacheInventory {
  /** Connected as a joined machine: the hub knows nothing yet. */
  begin: () => void;
  changed: () => void;
  pause: () => void;
  stop: () => void;
}

export function createCacheInventory(options: {
  /** Last used first. */
  cacheKeys: () => readonly string[];
  /** Paths of the models that runner processes have loaded. */
  loadedModels: () => ReadonlySet<string>;
  /** False where it was not sent. */
  send: (message: HoldingsMessage) => Promise<boolean>;
}): CacheInventory {
  /** What the hub knows; null before it was told anything on this connection. */
  let told: ReadonlySet<HeldItem> | null = null;
  let sequence = 0;
  let connected = false;
  let timer: NodeJS.Timeout | undefined;

  function held(): Set<HeldItem> {
    const models = [...options.loadedModels()].flatMap(itemOfModel);
    return new Set([...models, ...options.cacheKeys().flatMap(itemOfKey)].slice(0, maxHeldItems));
  }

  async function tell(): Promise<void> {
    timer = undefined;
    if (!connected) return;
    const now = held();
    const before = told;
    const added = [...now].filter((item) => before?.has(item) !== true);
    const removed = before === null ? [] : [...before].filter((item) => !now.has(item));
    if (before !== null && added.length + removed.length === 0) return;
    const message = { ts: Date.now(), sequence, full: before === null, added, removed };
    sequence += 1;
    told = now;
    // What did not go out is told in full the next time.
    if (!(await options.send(message)) && connected) told = null;
  }

  function soon(): void {
    if (!connected) return;
    timer ??= setTimeout(() => void tell(), gatherMs).unref();
  }

  function pause(): void {
    connected = false;
    told = null;
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    begin() {
      connected = true;
      told = null;
      void tell();
    },
    changed: soon,
    pause,
    stop: pause,
  };
}

import { MeshdeckError, type AppView, type PersonId } from '@meshdeck/shared';
import type { AppDocuments, AppRecord, StoredApp } from './app-record.js';
import { labSpace, parseAppRef, recordId, sampleSpace, spacesMeantBy } from './app-space.js';

/** Apps held in memory beside the store. */
const mostKnown = 200;

/** Which app a name means. */
export interface AppDirectory {
  get(id: string): Promise<AppRecord | null>;
  all(): Promise<AppRecord[]>;
  put(record: AppRecord): Promise<void>;
  remove(id: string): Promise<void>;
  /** What `ref` names for this person; left out: for the lab. @throws MeshdeckError `not-found` */
  find(ref: string, personId?: PersonId): Promise<AppRecord>;
}

const isTakenOver = (record: StoredApp): record is AppRecord =>
  record.name !== undefined && record.space !== undefined;

/** Records from before apps had spaces: what people with only their own apps had pushed is theirs, the rest the lab's. */
async function takeOver(documents: AppDocuments, isOfLab: (personId: PersonId) => boolean): Promise<void> {
  for (const record of await documents.all()) {
    if (isTakenOver(record)) continue;
    const owner = record.owner?.id;
    const space = owner === undefined || isOfLab(owner) ? labSpace : owner;
    const id = recordId(space, record.id);
    await documents.put({ ...record, id, name: record.id, space });
    if (id !== record.id) await documents.remove(record.id);
  }
}

export async function openAppDirectory(options: {
  documents: AppDocuments;
  /** Whether this person's apps are the lab's, for those from before apps had spaces. */
  isOfLab: (personId: PersonId) => boolean;
}): Promise<AppDirectory> {
  const { documents } = options;
  await takeOver(documents, options.isOfLab);
  /** What was asked for last: every job asks. */
  const known = new Map<string, AppRecord>();

  async function get(id: string): Promise<AppRecord | null> {
    const record = known.get(id) ?? (await documents.get(id));
    if (record === null || !isTakenOver(record)) return null;
    if (known.size >= mostKnown) known.clear();
    known.set(id, record);
    return record;
  }

  const all = async () => (await documents.all()).filter(isTakenOver);

  /** By id, or by name where only one of that name has such an app. */
  async function ofOwner(owner: string, name: string): Promise<AppRecord | null> {
    const byId = await get(recordId(owner, name));
    // Nobody's own name stands for the lab or the samples.
    if (byId !== null || owner === labSpace || owner === sampleSpace) return byId;
    const called = (await all()).filter(
      (record) =>
        record.name === name &&
        record.space !== labSpace &&
        record.space !== sampleSpace &&
        record.owner?.name.toLowerCase() === owner.toLowerCase(),
    );
    if (called.length < 2) return called[0] ?? null;
    throw new MeshdeckError(
      'not-found',
      `More than one person is called ${owner} and has an app "${name}": ${called.map(({ space }) => `${space}/${name}`).join(', ')}. Name it by the id.`,
    );
  }

  async function absent(name: string): Promise<MeshdeckError> {
    const others = (await all()).filter((record) => record.name === name).slice(0, 5);
    if (others.length === 0) {
      return new MeshdeckError(
        'not-found',
        `There is no app "${name}". "meshdeck apps list" shows those there are.`,
      );
    }
    const theirs = others.map(({ owner, space }) => `${owner?.name ?? 'somebody'} has ${space}/${name}`);
    return new MeshdeckError(
      'not-found',
      `There is no app "${name}" of yours, of the lab or among the samples. ${theirs.join('; ')}: name it so to use somebody else's.`,
    );
  }

  return {
    get,
    all,
    async put(record) {
      await documents.put(record).finally(() => known.delete(record.id));
    },
    async remove(id) {
      await documents.remove(id).finally(() => known.delete(id));
    },
    async find(ref, personId) {
      const { owner, name } = parseAppRef(ref);
      if (owner !== null) {
        const found = await ofOwner(owner, name);
        if (found !== null) return found;
        throw new MeshdeckError(
          'not-found',
          `There is no app "${name}" of ${owner}. "meshdeck apps list" shows those there are.`,
        );
      }
      for (const space of spacesMeantBy(personId)) {
        const found = await get(recordId(space, name));
        if (found !== null) return found;
      }
      throw await absent(name);
    },
  };
}

const rank: Record<AppView['whose'], number> = { yours: 0, lab: 1, sample: 2, other: 3 };

/**
 * The apps as one person sees them: by name, one's own first, then the lab's, the samples', the others'. What is the
 * same by content stands there once, however many have pushed it; not where one reads its tables in another way, since
 * then another result comes out.
 */
export function withoutCopies(views: readonly AppView[]): AppView[] {
  const seen = new Set<string>();
  return views
    .toSorted((a, b) => rank[a.whose] - rank[b.whose] || a.pushedAt - b.pushedAt)
    .filter(({ name, bundle, reading }) => {
      const content = `${name} ${bundle.sha256} ${JSON.stringify(reading)}`;
      if (seen.has(content)) return false;
      seen.add(content);
      return true;
    })
    .sort((a, b) => a.name.localeCompare(b.name) || rank[a.whose] - rank[b.whose]);
}

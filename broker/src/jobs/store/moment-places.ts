import { samePlace, type JournalPlace } from '../../stores/journal/index.js';

/**
 * Where moments lie, and how many decisions name each. One that none names is gone with its file, and not before: a
 * decision that names it may have been moved behind the removal of the last one that did.
 */
export interface MomentPlaces {
  /** One more decision names it. Gives back the id, one string for all of them. */
  use(id: string): string;
  release(id: string): void;
  /** It lies here now. */
  note(id: string, place: JournalPlace): void;
  /** Undefined where no decision names it. */
  placeOf(id: string): JournalPlace | undefined;
  isAlive(id: string, at: JournalPlace): boolean;
  aliveBytes(): number;
}

export function createMomentPlaces(): MomentPlaces {
  const all = new Map<string, { id: string; users: number; place: JournalPlace | null }>();
  let aliveBytes = 0;

  const bytesOf = (one: { users: number; place: JournalPlace | null }) =>
    one.users > 0 ? (one.place?.bytes ?? 0) : 0;

  function change(id: string, by: number, place?: JournalPlace): string {
    const known = all.get(id) ?? { id, users: 0, place: null };
    aliveBytes -= bytesOf(known);
    known.users += by;
    if (place !== undefined) known.place = place;
    aliveBytes += bytesOf(known);
    all.set(id, known);
    return known.id;
  }

  return {
    use: (id) => change(id, 1),
    release(id) {
      change(id, -1);
      const left = all.get(id);
      if (left?.users === 0 && left.place === null) all.delete(id);
    },
    note: (id, place) => void change(id, 0, place),
    placeOf(id) {
      const known = all.get(id);
      return known === undefined || known.users === 0 ? undefined : (known.place ?? undefined);
    },
    isAlive(id, at) {
      const known = all.get(id);
      if (known === undefined || known.place === null || !samePlace(known.place, at)) return false;
      if (known.users > 0) return true;
      // Its file is being cleared: it goes with it.
      all.delete(id);
      return false;
    },
    aliveBytes: () => aliveBytes,
  };
}

/** Where a row stands in the file. */
export interface RowPlace {
  /** From 1. */
  row: number;
  line: number;
  offset: number;
  length: number;
}

/** The few rows with the smallest keys; of equal ones the earlier. */
export interface SmallestRows<Kept> {
  /** Whether a row with this key would be kept. Cheap: asked for every row. */
  wants(key: number): boolean;
  add(key: number, place: RowPlace, kept: Kept): void;
  /** Smallest first. */
  rows(): { key: number; place: RowPlace; kept: Kept }[];
}

export function createSmallestRows<Kept>(most: number): SmallestRows<Kept> {
  const rows: { key: number; place: RowPlace; kept: Kept }[] = [];
  let limit = Infinity;
  return {
    wants: (key) => key < limit || (rows.length < most && !Number.isNaN(key)),
    add(key, place, kept) {
      let at = rows.length;
      while (at > 0 && (rows[at - 1]?.key ?? 0) > key) at--;
      rows.splice(at, 0, { key, place, kept });
      if (rows.length > most) rows.pop();
      if (rows.length === most) limit = rows.at(-1)?.key ?? Infinity;
    },
    rows: () => [...rows],
  };
}

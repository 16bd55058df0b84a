const remembered = 20_000;

/** Rows of tables that were looked at before, by hash: a job on one of them need not look again. */
export interface TableRows {
  /** Null where the table cannot be counted; undefined where it was not looked at. */
  of(sha256: string): number | null | undefined;
  learn(sha256: string, rows: number | null): void;
}

export function createTableRows(): TableRows {
  const known = new Map<string, number | null>();
  return {
    of: (sha256) => known.get(sha256),
    learn(sha256, rows) {
      known.delete(sha256);
      known.set(sha256, rows);
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size > remembered) known.delete(oldest);
    },
  };
}

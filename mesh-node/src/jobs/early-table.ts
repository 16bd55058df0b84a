import type { FileReference } from '@meshdeck/shared';
import type { Held } from '../cache/cache.js';
import type { Content } from '../cache/content.js';
import type { ArrivingTable } from '../csv/arriving-source.js';

/** A table that is still on its way, with enough of it there to begin a run. */
export interface EarlyTable {
  arriving: ArrivingTable;
  /** All of it, its hash checked. */
  whole: Promise<Held>;
  /** Aborted where what came so far does not count, or no more will come. */
  spoiled: AbortSignal;
}

/** A table, once it is there, or sooner where it is large. `tailBytes` of its end are needed to begin. */
export function fetchEarly(
  content: Pick<Content, 'file'>,
  file: FileReference,
  { signal, tailBytes }: { signal: AbortSignal; tailBytes: number },
): Promise<Held | EarlyTable> {
  const spoiled = new AbortController();
  return new Promise((resolve, reject) => {
    const whole = content.file(file, signal, {
      tailBytes,
      onArriving: (arriving) => resolve({ arriving, whole, spoiled: spoiled.signal }),
      onSpoiled: () => spoiled.abort(),
    });
    whole.then(resolve, (error: unknown) => {
      spoiled.abort();
      reject(error as Error);
    });
  });
}

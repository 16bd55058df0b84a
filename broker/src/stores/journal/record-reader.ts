import { DamagedRecordError } from './journal-damage.js';
import { decodeHead } from './journal-line.js';
import type { JournalPlace } from './journal.js';
import type { Segments } from './segments.js';

/** As many of one file, or more, are read with the whole of it. */
const manyRecords = 50;

/** Bodies of records, read from the disk and checked. */
export interface RecordReader {
  /** @throws DamagedRecordError */
  read(place: JournalPlace): Promise<string>;
  /** In the order of `places`; null where one is damaged. */
  readMany(places: readonly JournalPlace[]): Promise<(string | null)[]>;
}

function bodyOf(line: Buffer): string | null {
  const head = decodeHead(line);
  return head === null ? null : line.toString('utf8', head.bodyStart);
}

export function createRecordReader(dir: string, segments: Pick<Segments, 'read' | 'readAt'>): RecordReader {
  async function read(place: JournalPlace): Promise<string> {
    const line = await segments
      .readAt(place.segment, place.offset, place.bytes - 1)
      .catch((error: NodeJS.ErrnoException) => {
        const isGone = error.code === 'ENOENT' || error.code === 'EIO';
        throw isGone ? new DamagedRecordError(dir, place, error) : error;
      });
    const body = bodyOf(line);
    if (body === null) throw new DamagedRecordError(dir, place);
    return body;
  }

  async function readOrNull(place: JournalPlace): Promise<string | null> {
    try {
      return await read(place);
    } catch (error) {
      if (error instanceof DamagedRecordError) return null;
      throw error;
    }
  }

  /** Of one file. */
  async function readTogether(places: readonly JournalPlace[]): Promise<(string | null)[]> {
    const [first] = places;
    const whole =
      first === undefined || places.length < manyRecords
        ? null
        : await segments.read(first.segment).catch(() => null);
    if (whole === null) return Promise.all(places.map(readOrNull));
    return places.map(({ offset, bytes }) => bodyOf(whole.subarray(offset, offset + bytes - 1)));
  }

  return {
    read,
    async readMany(places) {
      const byFile = new Map<number, JournalPlace[]>();
      for (const place of places) {
        const here = byFile.get(place.segment);
        if (here === undefined) byFile.set(place.segment, [place]);
        else here.push(place);
      }
      const bodies = new Map<JournalPlace, string | null>();
      for (const here of byFile.values()) {
        for (const [at, body] of (await readTogether(here)).entries()) {
          const place = here[at];
          if (place !== undefined) bodies.set(place, body);
        }
      }
      return places.map((place) => bodies.get(place) ?? null);
    },
  };
}

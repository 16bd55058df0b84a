import type { ResultColumn } from '@meshdeck/shared';
import { cellText, type CellBatch } from '../reading/cell-batch.js';
import { cellNumber, isMissingWord } from '../reading/cell-number.js';
import type { NumberForm } from '../reading/number-form.js';
import { shortened } from '../reading/read-row.js';
import { quantile } from '../worth/quantiles.js';
import { createReservoir } from '../worth/reservoir.js';
import type { ColumnProfile } from './column-profile.js';

const mostNumberValues = 64;
const valueShown = 120;
/** A column is one of numbers where at most so many of its values are something else. */
const strangersAllowed = 0.1;

/** How much one column may take, so that tables of thousands of columns stay small. */
export interface ProfileRoom {
  /** Numbers drawn, points kept of them. */
  drawn: number;
  points: number;
  /** Different texts told apart, and kept. */
  texts: number;
  textsKept: number;
}

export function profileRoom(columns: number): ProfileRoom {
  const within = (least: number, wanted: number, most: number) =>
    Math.min(most, Math.max(least, Math.floor(wanted)));
  return {
    drawn: within(256, 4e6 / columns, 8192),
    points: within(20, 1e5 / columns, 200),
    texts: within(200, 2e5 / columns, 1000),
    textsKept: within(10, 2e4 / columns, 200),
  };
}

/** Sums up one column, batch by batch. */
export interface ColumnTally {
  take(batch: CellBatch): void;
  profile(): ColumnProfile;
}

export function createColumnTally(
  { index, name, role }: ResultColumn,
  form: NumberForm,
  room: ProfileRoom,
): ColumnTally {
  const drawn = createReservoir(room.drawn);
  let values: Map<number, number> | null = new Map();
  const texts = new Map<string, number>();
  let [rows, empty, textCells] = [0, 0, 0];
  /** Texts seen when there were too many different ones; 0 before. */
  let textsAtLimit = 0;
  let last = -Infinity;
  let onlyGrows = true;

  function takeNumber(value: number): void {
    drawn.add(value);
    if (onlyGrows) {
      onlyGrows = value > last && Number.isInteger(value);
      last = value;
    }
    if (values === null) return;
    values.set(value, (values.get(value) ?? 0) + 1);
    if (values.size > mostNumberValues) values = null;
  }

  function takeText(text: string): void {
    textCells++;
    const key = shortened(text, valueShown);
    const known = texts.get(key);
    if (known !== undefined) texts.set(key, known + 1);
    else if (texts.size < room.texts) texts.set(key, 1);
    else if (textsAtLimit === 0) textsAtLimit = textCells;
  }

  /** When there were too many different texts, more than half of all had been different: which they are does not matter. */
  const isUnique = () => textsAtLimit > 0 && textsAtLimit < 2 * room.texts;

  return {
    take(batch) {
      const { bytes, starts, ends, columns } = batch;
      rows += batch.rows;
      for (let cell = index; cell < batch.rows * columns; cell += columns) {
        const [start, end] = [starts[cell] as number, ends[cell] as number];
        if (start === end) {
          empty++;
          continue;
        }
        const value = cellNumber(bytes, start, end, form);
        if (Number.isFinite(value)) {
          takeNumber(value);
          continue;
        }
        if (isUnique()) {
          textCells++;
          continue;
        }
        const text = cellText(batch, cell).trim();
        if (text === '') empty++;
        else takeText(text);
      }
    },
    profile() {
      const numbers = drawn.seen();
      const words = [...texts].reduce((sum, [text, count]) => sum + (isMissingWord(text) ? count : 0), 0);
      const strangers = textCells - words;
      const isNumbers = numbers > 0 && strangers <= strangersAllowed * (numbers + strangers);
      const base = { name, role, rows };
      if (!isNumbers && textCells === 0)
        return { ...base, missing: empty, kind: 'empty', numbers: null, texts: null };
      if (isNumbers) {
        const sorted = Float64Array.from(drawn.values()).sort();
        const points = Math.min(room.points, sorted.length);
        return {
          ...base,
          missing: empty + words,
          kind: onlyGrows && numbers > 2 ? 'counter' : 'numbers',
          numbers: {
            rows: numbers,
            drawn: sorted.length,
            points: Array.from({ length: points }, (_, at) => quantile(sorted, (at + 0.5) / points)),
            values: values === null ? null : [...values].sort(([a], [b]) => a - b),
            texts: strangers,
          },
          texts: null,
        };
      }
      const commonest = [...texts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
      const kept = commonest.slice(0, room.textsKept);
      const keptRows = kept.reduce((sum, [, count]) => sum + count, 0);
      const isOwn = isUnique() || (textsAtLimit === 0 && textCells > 20 && texts.size > textCells / 2);
      return {
        ...base,
        missing: empty,
        kind: isOwn && strangers > numbers ? 'unique' : 'text',
        numbers: null,
        // Numbers among the texts count as one value of their own.
        texts: { values: kept, others: textCells + numbers - keptRows },
      };
    },
  };
}

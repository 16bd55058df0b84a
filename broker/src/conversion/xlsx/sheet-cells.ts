import { refused } from '../refusal.js';
import { meaningOf, type NumberFormat, type NumberMeaning } from './number-formats.js';
import { readPart } from './read-part.js';
import { unescaped } from './shared-strings.js';
import type { ZipParts } from './zip-parts.js';

/** A cell with something in it. */
export interface SheetCell {
  /** From 1. */
  column: number;
  value:
    | { kind: 'text' | 'number' | 'error' | 'isoDate'; text: string }
    | { kind: 'bool'; isTrue: boolean }
    /** A formula, and no value beside it. */
    | { kind: 'uncalculated' };
  isFormula: boolean;
  meaning: NumberMeaning;
}

export interface SheetRow {
  /** From 1. */
  number: number;
  isHidden: boolean;
  cells: SheetCell[];
}

export interface Range {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface SheetHandlers {
  row(row: SheetRow): void;
  merged?(range: Range): void;
  hiddenColumns?(from: number, to: number): void;
  /** Whenever a piece of the sheet has been read. */
  afterPiece?(): Promise<void>;
  isDone?: () => boolean;
}

/** What cells refer to. */
export interface CellContext {
  strings: readonly string[];
  formats: readonly NumberFormat[];
}

const mostBytes = 4 * 1024 ** 3;
const mostColumns = 16_384;
const mostRows = 1_048_576;

const damaged = () =>
  refused('The sheet is damaged: its cells do not stand in their order. Open the workbook and save it anew.');

/** `AB12` as column 28, row 12; null where it is no name of a cell. */
function placeOf(reference: string): { column: number; row: number } | null {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at++) {
    const code = reference.charCodeAt(at) & ~0x20;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  const row = Number(reference.slice(at));
  return at === 0 || !Number.isInteger(row) || row < 1 || row > mostRows || column > mostColumns
    ? null
    : { column, row };
}

/** 28 as `AB`. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return letters;
}

function rangeOf(reference: string): Range | null {
  const [from, to] = reference.split(':').map((part) => placeOf(part.replaceAll('$', '')));
  if (from == null) return null;
  const { column, row } = to ?? from;
  return { top: from.row, left: from.column, bottom: row, right: column };
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string | null;
  inline: string | null;
  isFormula: boolean;
}

function valueOf(cell: OpenCell, { strings }: CellContext): SheetCell['value'] | null {
  const { type, value, inline } = cell;
  if (type === 'inlineStr') {
    const text = unescaped(inline ?? '');
    return text === '' ? null : { kind: 'text', text };
  }
  if (value === null || (value === '' && type !== 'str'))
    return cell.isFormula ? { kind: 'uncalculated' } : null;
  if (type === 's') {
    const text = strings[Number(value)];
    if (text === undefined) throw refused('The sheet is damaged: a cell refers to a text that is not there.');
    return text === '' ? null : { kind: 'text', text };
  }
  if (type === 'str') return value === '' ? null : { kind: 'text', text: unescaped(value) };
  if (type === 'b') return { kind: 'bool', isTrue: value === '1' || value === 'true' };
  if (type === 'e') return { kind: 'error', text: value };
  return { kind: type === 'd' ? 'isoDate' : 'number', text: value.trim() };
}

/** Reads the cells of one sheet row by row; of cells without anything in them nothing is told. */
export async function readSheet(
  parts: ZipParts,
  part: string,
  context: CellContext,
  handlers: SheetHandlers,
): Promise<void> {
  let row: SheetRow | null = null;
  let cell: OpenCell | null = null;
  let lastRow = 0;
  let lastColumn = 0;
  let into: 'value' | 'inline' | null = null;
  let aloud = 0;

  function openRow(reference: string | undefined, isHidden: boolean): void {
    const number = reference === undefined ? lastRow + 1 : Number(reference);
    if (!Number.isInteger(number) || number <= lastRow || number > mostRows) throw damaged();
    lastRow = number;
    lastColumn = 0;
    row = { number, isHidden, cells: [] };
  }

  function openCell(reference: string | undefined, type: string, style: number): void {
    const place = reference === undefined ? { column: lastColumn + 1, row: lastRow } : placeOf(reference);
    if (place === null || place.row !== lastRow || place.column <= lastColumn || place.column > mostColumns)
      throw damaged();
    lastColumn = place.column;
    cell = { column: place.column, type, style, value: null, inline: null, isFormula: false };
  }

  function closeCell(closed: OpenCell): void {
    const value = valueOf(closed, context);
    const format = context.formats[closed.style] ?? 'number';
    const meaning = value?.kind === 'number' ? meaningOf(format, Number(value.text)) : 'number';
    if (value !== null)
      row?.cells.push({ column: closed.column, value, isFormula: closed.isFormula, meaning });
  }

  await readPart(parts, part, mostBytes, {
    isDone: () => handlers.isDone?.() === true,
    ...(handlers.afterPiece !== undefined && { afterPiece: handlers.afterPiece }),
    open(name, attributes) {
      if (cell !== null) {
        if (name === 'f') cell.isFormula = true;
        else if (name === 'v') {
          cell.value = '';
          into = 'value';
        } else if (name === 'rPh') aloud += 1;
        else if (name === 't' && aloud === 0) {
          cell.inline ??= '';
          into = 'inline';
        }
        return;
      }
      if (name === 'c' && row !== null)
        openCell(attributes.get('r'), attributes.get('t') ?? 'n', Number(attributes.get('s') ?? 0));
      else if (name === 'row') openRow(attributes.get('r'), isOn(attributes.get('hidden')));
      else if (name === 'col' && isOn(attributes.get('hidden')))
        handlers.hiddenColumns?.(Number(attributes.get('min')), Number(attributes.get('max')));
      else if (name === 'mergeCell') {
        const range = rangeOf(attributes.get('ref') ?? '');
        if (range !== null) handlers.merged?.(range);
      }
    },
    text(text) {
      if (into === null || cell === null) return;
      if (into === 'value') cell.value += text;
      else cell.inline += text;
    },
    close(name) {
      if (name === 'v' || name === 't') into = null;
      else if (name === 'rPh') aloud -= 1;
      else if (name === 'c' && cell !== null) {
        closeCell(cell);
        cell = null;
      } else if (name === 'row' && row !== null) {
        handlers.row(row);
        row = null;
      }
    },
  });
}

const isOn = (text: string | undefined) => text === '1' || text === 'true';

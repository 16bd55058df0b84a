import type { ReadingOptions } from '../../models/reading.js';
import type { TextRecord } from '../read-fields.js';
import { headerOrRow, namesInWhichLine, whereTheTableStarts } from './ambiguities.js';
import { bodyKinds, type BodyKinds } from './body-kinds.js';
import { withoutComments } from './comment-lines.js';
import { judgeFirstLine } from './first-line.js';
import type { Finding, Layout } from './layout.js';
import { areNamesBesideNumbers, isAmongRows, isLineOfNames, isRow, isTitleAbove } from './names-over-rows.js';
import { hasWidth, withoutNotes } from './record-widths.js';
import type { Sample } from './sample.js';
import { columnsOf, layoutOf, putAside, rowsBelow, type Columns, type Search } from './search.js';
import { withShortHeader } from './short-header.js';
import { withToldHeader } from './told-header.js';
import { judgeTopLines } from './top-lines.js';

/** So many of the lines from the first with the table's columns on must have them, where others stand above it. */
const steadyShare = 0.8;
/** A line between names and rows, as psql and sqlcmd draw it. */
const ruleLine = /^\s*[|+]?\s*:?[-=]{3,}:?\s*(?:[\s|+,;:]+[-=]{2,}:?\s*)*[|+]?\s*$/;
/** Names, units and the like stand near the top. */
const mostTopLines = 60;

/** Finds names and rows among a table's first records, as one delimiter parts them; `told` is where the names stand. */
export function findLayout(text: string, sample: Sample, told: ReadingOptions['header']): Finding {
  const others: Layout['others'] = [];
  const search = { text, sample, told, others };
  const isTable = sample.records.some(({ fields }) => fields.length > 1);
  const records = sample.records.filter((record, at) => {
    const line = text.slice(record.start, record.end);
    // Alone in its column, `---` may be a value.
    const isRule = at < mostTopLines && ruleLine.test(line) && (isTable || /-{5}|={5}/.test(line));
    if (isRule) others.push({ record, what: 'header' });
    return !isRule;
  });
  if (typeof told === 'number') return withToldHeader(records, told, search);
  const { comments, header, records: rest } = withoutComments(text, records);
  putAside(comments, 'comment', search);
  if (header === null) return findHeader(rest, search);
  return layoutOf({ header, ...columnsOf([header, ...rest]) }, rest, search);
}

function findHeader(records: readonly TextRecord[], search: Search): Finding {
  const columns = columnsOf(records);
  const { fields } = columns;
  const first = records.find((record) => hasWidth(record, fields));
  if (first === undefined) return null;
  const at = records.indexOf(first);
  const [above, from] = [records.slice(0, at), records.slice(at)];
  const fitting = from.filter((record) => hasWidth(record, fields));
  if (search.told === 'none') {
    putAside(above, 'preamble', search);
    return layoutOf({ header: null, ...columns }, from, search);
  }
  const body = bodyKinds(fitting.slice(1), fields);
  const last = above.at(-1);
  if (last !== undefined && fitting.length < withoutNotes(from).length * steadyShare) return null;
  if (isRow(first, body)) {
    if (last !== undefined) return withShortHeader(last, from, columns, search);
    const verdict = judgeFirstLine(first, body, fitting.slice(1));
    if (verdict === 'open') return { refusal: headerOrRow(first) };
    const isHeader = verdict === 'names';
    return layoutOf({ header: isHeader ? first : null, ...columns }, from.slice(isHeader ? 1 : 0), search);
  }
  if (last !== undefined) {
    // The names themselves, above rows that have a field too many, such as a comma in a value.
    if (last.fields.length > 1 && last.fields.length === fields - 1 && isLineOfNames(last)) return null;
    if (body.typed.length === 0 && !standApart(above, first, search)) {
      return fitting.length > 1 && above.every((record) => record.fields.length === 1)
        ? { refusal: whereTheTableStarts(above, first) }
        : null;
    }
    putAside(above, 'preamble', search);
  }
  return belowTop(from, columns, body, search);
}

/** Lines above a table of words are surely none of it where an empty line parts them from it. */
function standApart(above: readonly TextRecord[], first: TextRecord, { sample }: Search): boolean {
  const last = above.at(-1);
  if (last === undefined || above.some(({ fields }) => fields.length > 1)) return false;
  return sample.blankLines.some(({ line }) => line >= last.line + last.lines && line < first.line);
}

/** The first line with the table's columns is no row: names stand in it or below it. */
function belowTop(from: readonly TextRecord[], columns: Columns, body: BodyKinds, search: Search): Finding {
  const { fields } = columns;
  const first = from[0] as TextRecord;
  const top = from.slice(0, mostTopLines).filter((record) => hasWidth(record, fields));
  const withFirst = () => layoutOf({ header: first, ...columns }, from.slice(1), search);
  if (body.typed.length === 0) {
    if (isTitleAbove(first, from[1], fields)) {
      putAside([first], 'preamble', search);
      return layoutOf({ header: from[1] as TextRecord, ...columns }, from.slice(2), search);
    }
    return isAmongRows(first, from.slice(1)) ? { refusal: headerOrRow(first) } : withFirst();
  }
  const row = top.findIndex((record) => isRow(record, body));
  // A line among them with other fields, such as names that are one short: none of the others is sure then.
  if (row > 0 && from.indexOf(top[row] as TextRecord) !== row) return null;
  if (row <= 1) return areNamesBesideNumbers(first, body) ? withFirst() : { refusal: headerOrRow(first) };
  const lines = judgeTopLines(top, row, body, fields);
  if ('candidates' in lines) return { refusal: namesInWhichLine(...lines.candidates) };
  for (const [at, what] of lines.others) search.others.push({ record: top[at] as TextRecord, what });
  const header = top[lines.header] as TextRecord;
  const groups = lines.groups === null ? null : (top[lines.groups] as TextRecord);
  return layoutOf({ header, groups, ...columns }, rowsBelow(header, from, search), search);
}

import type { ReadingOptions, TableDelimiter } from '../../models/reading.js';
import { findLayout } from './find-layout.js';
import type { Finding, Layout } from './layout.js';
import { whichDelimiter } from './ambiguities.js';
import { agreesBelow, hasWidth, withoutNotes } from './record-widths.js';
import { sampleTable, type Sample } from './sample.js';

/** Delimiters that are found. A blank is where it parts names in quotes; it is told elsewhere. */
export const foundDelimiters = [',', ';', '\t', '|'] as const;
/** `"x" "y"`: as R's write.table writes names. */
const quotedNames = /^"[^"\n]*"(?: "[^"\n]*")+ *\r*$/;
/** Of two delimiters the one whose cells are this much more free of the other is the right one. */
const clearShare = 0.2;
const steadyShare = 0.6;

/** A delimiter and what the table looks like when it parts the columns. */
export interface Candidate {
  delimiter: TableDelimiter;
  sample: Sample;
  finding: Finding;
}

/** The text of a table's start, behind a line that names the delimiter. */
export interface TableStart {
  text: (delimiter: string) => string;
  isWhole: boolean;
  from: { at: number; line: number };
}

function candidateOf(
  delimiter: TableDelimiter,
  start: TableStart,
  told: ReadingOptions['header'],
): Candidate {
  const text = start.text(delimiter);
  const sample = sampleTable(text, delimiter, start.isWhole, start.from);
  return { delimiter, sample, finding: findLayout(text, sample, told) };
}

/**
 * Finds what parts a table's columns: the delimiter under which the rows have as many fields as there are names. Where
 * two do, the one whose cells hold less of the other.
 *
 * @throws MeshdeckError csv-ambiguous where none is clearly the better one
 */
export function chooseDelimiter(
  start: TableStart,
  { delimiter: told, header }: Pick<ReadingOptions, 'delimiter' | 'header'>,
): Candidate {
  if (told !== undefined) return candidateOf(told, start, header);
  const occurs = (delimiter: string) => start.text(delimiter).includes(delimiter, start.from.at);
  const firstLine = start.text(' ').slice(start.from.at).split('\n', 1)[0] ?? '';
  if (quotedNames.test(firstLine)) return candidateOf(' ', start, header);
  const candidates = foundDelimiters.filter(occurs).map((delimiter) => candidateOf(delimiter, start, header));
  const parting = candidates.filter(isParting);
  if (parting.length === 0) {
    const refused = candidates.filter(({ finding }) => finding !== null && 'refusal' in finding);
    return mostNames(refused) ?? fallback(candidates, start, header);
  }
  const [only] = parting;
  if (only !== undefined && parting.length === 1) return only;
  const plain = parting.filter(isPlain);
  const scored = parting
    .map((candidate) => ({ candidate, score: cleanShare(candidate, parting) }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored as [(typeof scored)[0], (typeof scored)[0] | undefined];
  if (next === undefined || best.score - next.score >= clearShare) return best.candidate;
  // Commas stand in many a text, tabs in hardly any.
  const tabs = scored.find(({ candidate }) => candidate.delimiter === '\t');
  if (tabs !== undefined && best.score - tabs.score < clearShare) return tabs.candidate;
  if (plain.length === 1) return plain[0] as Candidate;
  const { delimiter, sample } = best.candidate;
  const [first] = sample.records;
  throw whichDelimiter(
    start.text(delimiter).slice(first?.start, first?.end),
    delimiter,
    next.candidate.delimiter,
  );
}

const layoutOf = ({ finding }: Candidate): Layout | null =>
  finding !== null && 'layout' in finding ? finding.layout : null;

/** Whether most rows have several columns, and as many as there are names. */
function isParting(candidate: Candidate): boolean {
  const { sample } = candidate;
  if (sample.records.slice(0, -1).some(({ isBroken }) => isBroken)) return false;
  const layout = layoutOf(candidate);
  if (layout === null || layout.fields + layout.trailing < 2) return false;
  const { fields } = layout;
  const rows = withoutNotes(layout.rows);
  return rows.filter((row) => hasWidth(row, fields)).length >= rows.length * steadyShare;
}

/** The names stand in the first line, and all the first rows have as many fields. */
function isPlain(candidate: Candidate): boolean {
  const [first, ...rows] = candidate.sample.records;
  if (first === undefined || layoutOf(candidate)?.header !== first) return false;
  return rows.slice(0, 10).every(({ fields }) => fields.length === first.fields.length);
}

/** The share of cells, names too, without any of the other delimiters in them; quoted ones may hold them. */
function cleanShare(candidate: Candidate, all: readonly Candidate[]): number {
  const others = all
    .map(({ delimiter }) => delimiter)
    .filter((delimiter) => delimiter !== candidate.delimiter);
  const cells = candidate.sample.records.slice(0, 60).flatMap(({ fields }) => fields);
  const clean = cells.filter((cell) => isNumber(cell) || !others.some((other) => cell.includes(other)));
  return clean.length / Math.max(1, cells.length);
}

const isNumber = (cell: string) => /^\s*[-+]?[\d.,]*\d\s*$/.test(cell);

const namesIn = ({ sample }: Candidate) => sample.records[0]?.fields.length ?? 0;

/** The one that parts the first line into most names. */
const mostNames = (candidates: readonly Candidate[]): Candidate | undefined =>
  [...candidates].sort((a, b) => namesIn(b) - namesIn(a))[0];

/** No delimiter parts the rows evenly: one that stands in the header, if only to say which row has other fields. */
function fallback(
  candidates: readonly Candidate[],
  start: TableStart,
  header: ReadingOptions['header'],
): Candidate {
  // Rows that agree with one another under lines that do not: a table of one column would hide that.
  const agreeing = candidates.find(({ sample }) => agreesBelow(sample.records));
  if (agreeing !== undefined) return { ...agreeing, finding: null };
  const best = mostNames(candidates);
  return best !== undefined && namesIn(best) > 1 ? best : candidateOf(',', start, header);
}

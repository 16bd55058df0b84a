/**
 * Turns a plate reader's absorbances into concentrations: for each plate, subtracts the blanks, fits the standards
 * with a four-parameter logistic curve, and reads every well back from it. No dependencies.
 *
 * Columns it looks for (any case, with or without a unit behind): plate (optional), role (standard, sample or blank),
 * concentration, absorbance. Writes the table again with `prediction` (the concentration), `recovery_percent` (of
 * standards) and `note` (below or above the standards, or no curve).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, writeRecord } from './csv.mjs';
import { concentrationAt, fitCurve } from './fit-curve.mjs';

const fewestStandards = 5;

class InputError extends Error {}

function main() {
  const { delimiter, records } = readTable(readFileSync(process.env.MESHDECK_INPUT, 'utf8'));
  const [header, ...rows] = records;
  if (header === undefined || rows.length === 0) throw new InputError('The table has no wells.');
  const column = columnsOf(header);
  const wells = rows.map((fields, at) => toWell(fields, at, header, column));
  const plates = groupByPlate(wells);

  let done = 0;
  for (const [plate, members] of plates) {
    readBack(plate, members);
    console.log(`@progress ${(++done / plates.size).toFixed(3)}`);
  }
  const lines = wells.map(({ fields, result }) => writeRecord([...fields, ...result], delimiter));
  const added = ['prediction', 'recovery_percent', 'note'];
  const output = writeRecord([...header, ...added], delimiter) + lines.join('');
  writeFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), output);
}

function columnsOf(header) {
  const find = (word) => header.findIndex((name) => name.trim().toLowerCase().startsWith(word));
  const columns = { plate: find('plate'), role: find('role'), known: find('conc'), signal: find('absorb') };
  const missing = [
    ['role', columns.role],
    ['concentration', columns.known],
    ['absorbance', columns.signal],
  ].filter(([, at]) => at < 0);
  if (missing.length > 0) {
    throw new InputError(`The table lacks the column ${missing.map(([name]) => name).join(', ')}.`);
  }
  return columns;
}

function toWell(fields, at, header, column) {
  if (fields.length !== header.length) {
    throw new InputError(`Row ${at + 1} has ${fields.length} fields, the header has ${header.length}.`);
  }
  const role = fields[column.role].trim().toLowerCase();
  const signal = Number(fields[column.signal]);
  if (fields[column.signal].trim() === '' || !Number.isFinite(signal)) {
    throw new InputError(`Row ${at + 1} has the absorbance "${fields[column.signal]}", which is no number.`);
  }
  const known = Number(fields[column.known]);
  if (role === 'standard' && !(known > 0)) {
    throw new InputError(`Row ${at + 1} is a standard without a concentration above 0.`);
  }
  return {
    fields,
    plate: column.plate < 0 ? '' : fields[column.plate],
    role,
    signal,
    known,
    result: ['', '', ''],
  };
}

function groupByPlate(wells) {
  const plates = new Map();
  for (const well of wells) plates.set(well.plate, [...(plates.get(well.plate) ?? []), well]);
  return plates;
}

/** Fills in the results of one plate's wells. */
function readBack(plate, wells) {
  const blanks = wells.filter(({ role }) => role === 'blank');
  const blank = blanks.reduce((sum, { signal }) => sum + signal, 0) / Math.max(1, blanks.length);
  const standards = wells.filter(({ role }) => role === 'standard');
  if (new Set(standards.map(({ known }) => known)).size < fewestStandards) {
    console.log(`Plate ${plate}: fewer than ${fewestStandards} standards, no curve`);
    for (const well of wells) well.result = ['', '', 'no curve'];
    return;
  }
  const curve = fitCurve(standards.map(({ known, signal }) => [known, signal - blank]));
  const levels = standards.map(({ known }) => known);
  const [least, most] = [Math.min(...levels), Math.max(...levels)];
  let recoveries = 0;
  for (const well of wells) {
    if (well.role === 'blank') continue;
    const found = concentrationAt(curve, well.signal - blank);
    const recovery = well.role === 'standard' && found !== undefined ? (100 * found) / well.known : undefined;
    if (recovery !== undefined) recoveries += Math.abs(recovery - 100) / standards.length;
    const below = found === undefined ? well.signal - blank < curve.high / 2 : found < least;
    const above = found === undefined ? !below : found > most;
    const note = well.role === 'standard' ? '' : below ? 'below standards' : above ? 'above standards' : '';
    const prediction = found === undefined ? '' : String(Number(found.toPrecision(6)));
    well.result = [prediction, recovery?.toFixed(1) ?? '', note];
  }
  const middle = Math.exp(curve.logMiddle).toFixed(1);
  console.log(
    `Plate ${plate}: middle ${middle}, slope ${curve.slope.toFixed(2)}, standards off by ${recoveries.toFixed(1)} %`,
  );
}

try {
  main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/paths.mjs';

/**
 * The tables and apps of a soak. Every app may be split (`rows: independent`), and each of its rows takes part in the
 * result, so that a lost or doubled one shows.
 *
 * @typedef {{ name: string, path: string, rows: number }} SoakTable
 * @typedef {{ name: string, folder: string, tables: SoakTable[] }} SoakApp
 */

const digitsRows = [60, 180, 450];
const textRows = [40, 120, 300];
/** A part of a table takes up to this long: long enough to be killed in. */
const mostPauseMs = 700;

/** Records of a table whose quoted fields hold line breaks, a checksum behind each. */
const nodeApp = `
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
const sum = (text) => createHash('sha256').update(text).digest();
const text = readFileSync(process.env.MESHDECK_INPUT, 'utf8');
const records = [];
let open = '';
for (const line of text.replace(/\\n$/, '').split('\\n')) {
  open = open === '' ? line : open + '\\n' + line;
  if (open.split('"').length % 2 === 0) continue;
  records.push(open);
  open = '';
}
const steps = Math.round(sum(text)[0] / 256 * ${mostPauseMs} / 50);
for (let step = 0; step < steps; step += 1) {
  console.log('@progress ' + step / steps);
  await pause(50);
}
const [heading, ...rows] = records;
const lines = [heading + ',checksum', ...rows.map((row) => row + ',' + sum(row).toString('hex').slice(0, 8))];
writeFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), lines.join('\\n') + '\\n');
`;

const pythonApp = `
import hashlib, os, time
with open(os.environ['MESHDECK_INPUT'], 'rb') as table:
    data = table.read()
records, current = [], b''
for line in data.rstrip(b'\\n').split(b'\\n'):
    current = line if current == b'' else current + b'\\n' + line
    if current.count(b'"') % 2 == 0:
        records.append(current)
        current = b''
time.sleep(hashlib.sha256(data).digest()[0] / 256 * ${mostPauseMs / 1000})
with open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'wb') as out:
    out.write(records[0] + b',checksum\\n')
    for record in records[1:]:
        out.write(record + b',' + hashlib.sha256(record).hexdigest()[:8].encode() + b'\\n')
`;

/** @param {string} folder @param {string} name @param {string} content @param {number} rows @returns {SoakTable} */
function writeTable(folder, name, content, rows) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { name, path, rows };
}

/** @param {string} folder @param {{ name: string, runtime: string, entry: string, source: string }} app */
function writeApp(folder, { name, runtime, entry, source }) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, entry), source);
  const manifest = { name, version: '1.0.0', runtime, kind: 'batch', entry, rows: 'independent' };
  writeFileSync(join(own, 'meshdeck.json'), JSON.stringify(manifest));
  return own;
}

/** @param {string} folder @param {{ python: boolean }} options @returns {SoakApp[]} */
export function writeWorkload(folder, { python }) {
  mkdirSync(folder, { recursive: true });
  const digits = join(root, 'sample-apps/digits');
  const [heading = '', ...holdout] = readFileSync(join(digits, 'digits-holdout.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const digitsTables = digitsRows.map((rows) =>
    writeTable(folder, `digits-${rows}.csv`, [heading, ...holdout.slice(0, rows), ''].join('\n'), rows),
  );
  const textTables = textRows.map((rows) => {
    const records = Array.from({ length: rows }, (_, row) =>
      row % 3 === 0 ? `${row},"line ${row}\nand ""more"", ünïcode"` : `${row},plain ${row}`,
    );
    return writeTable(folder, `text-${rows}.csv`, ['id,text', ...records, ''].join('\n'), rows);
  });
  const node = { name: 'soak-node', runtime: 'node', entry: 'app.mjs', source: nodeApp };
  const script = { name: 'soak-python', runtime: 'python', entry: 'app.py', source: pythonApp };
  return [
    { name: 'digits', folder: digits, tables: digitsTables },
    { name: node.name, folder: writeApp(folder, node), tables: textTables },
    ...(python ? [{ name: script.name, folder: writeApp(folder, script), tables: textTables }] : []),
  ];
}

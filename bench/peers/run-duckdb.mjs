/**
 * DuckDB reading the inference benchmark's table and writing it again with the model's arithmetic in SQL.
 *
 *   node bench/peers/run-duckdb.mjs MODEL.json TABLE.csv OUT.csv
 *
 * Prints one line of JSON: {"seconds", "peakRssBytes"}; the time counts from after the imports.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modelPath, tablePath, outPath] = process.argv.slice(2);
if (modelPath === undefined || tablePath === undefined || outPath === undefined) {
  console.error('usage: node bench/peers/run-duckdb.mjs MODEL.json TABLE.csv OUT.csv');
  process.exit(2);
}
// The hub's own dependency.
const resolve = createRequire(new URL('../../broker/package.json', import.meta.url)).resolve;
/** @type {typeof import('@duckdb/node-api')} */
const { DuckDBInstance } = await import(pathToFileURL(resolve('@duckdb/node-api')).href);
/** @type {{ w1: number[][], b1: number[], w2: number[][], b2: number[] }} */
const { w1, b1, w2, b2 } = JSON.parse(readFileSync(modelPath, 'utf8'));

/** A layer's sums over columns PREFIX0, PREFIX1, ... in 32 bits. @param {string} prefix @param {number[][]} weights @param {number[]} bias */
const layer = (prefix, weights, bias) =>
  bias.map((constant, to) =>
    [`${constant}::FLOAT`, ...weights.map((row, from) => `${prefix}${from}::FLOAT * ${row[to]}::FLOAT`)].join(
      ' + ',
    ),
  );
const named = (/** @type {string} */ prefix, /** @type {string[]} */ terms) =>
  terms.map((term, at) => `${term} AS ${prefix}${at}`).join(', ');

const inputs = w1.map((_, at) => `x${at}`).join(', ');
const hidden = layer('x', w1, b1).map((sum) => `greatest(${sum}, 0::FLOAT)`);
const largest = `greatest(${b2.map((_, at) => `l${at}`).join(', ')})`;
const exponents = b2.map((_, at) => `exp(l${at} - ${largest})::FLOAT`);
const total = b2.map((_, at) => `e${at}`).join(' + ');
const label = `CASE ${b2.map((_, at) => `WHEN l${at} = ${largest} THEN ${at}`).join(' ')} END`;
const sql = `COPY (
  WITH source AS (SELECT * FROM read_csv('${tablePath}', delim = ',', header = true)),
    hidden AS (SELECT ${inputs}, ${named('h', hidden)} FROM source),
    logits AS (SELECT ${inputs}, ${named('l', layer('h', w2, b2))} FROM hidden),
    scores AS (SELECT ${inputs}, ${label} AS prediction, ${named('e', exponents)} FROM logits)
  SELECT ${inputs}, prediction, ${b2.map((_, at) => `e${at} / (${total}) AS probability_${at}`).join(', ')} FROM scores
) TO '${outPath}' (HEADER, DELIMITER ',')`;

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const started = performance.now();
await connection.run(sql);
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));

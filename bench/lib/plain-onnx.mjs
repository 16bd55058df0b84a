/**
 * The yardstick for the inference benchmark: the same model on the same rows in plain onnxruntime-node, with the table
 * in memory as one matrix before the clock starts and the results dropped.
 *
 *   node bench/lib/plain-onnx.mjs MODEL.onnx TABLE.csv [BATCH_ROWS] [THREADS]
 *
 * The table is comma-separated numbers under a header, one column for each feature. Prints one line of JSON:
 * {"rows", "seconds", "rowsPerSecond", "loadSeconds", "peakRssBytes"}.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [modelPath, tablePath, batchRows = '2048', threads = '1'] = process.argv.slice(2);
if (modelPath === undefined || tablePath === undefined) {
  console.error('usage: node bench/lib/plain-onnx.mjs MODEL.onnx TABLE.csv [BATCH_ROWS] [THREADS]');
  process.exit(2);
}

const loadStarted = performance.now();
const { values, width } = await readTable(tablePath);
const session = await InferenceSession.create(modelPath, {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  executionMode: 'sequential',
});
const loadSeconds = (performance.now() - loadStarted) / 1000;
const [input] = session.inputNames;
const outputs = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);
const rows = values.length / width;

const started = performance.now();
for (let row = 0; row < rows; row += Number(batchRows)) {
  const count = Math.min(Number(batchRows), rows - row);
  const batch = values.subarray(row * width, (row + count) * width);
  await session.run({ [input]: new Tensor('float32', batch, [count, width]) }, outputs);
}
const seconds = (performance.now() - started) / 1000;
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({ rows, seconds, rowsPerSecond: Math.round(rows / seconds), loadSeconds, peakRssBytes }),
);

async function readTable(path) {
  let values = new Float32Array(1 << 20);
  let used = 0;
  let width = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (width === 0) {
      width = line.split(',').length;
      continue;
    }
    if (used + width > values.length) {
      const larger = new Float32Array(values.length * 2);
      larger.set(values);
      values = larger;
    }
    for (const text of line.split(',')) values[used++] = Number(text);
  }
  return { values: values.subarray(0, used), width };
}

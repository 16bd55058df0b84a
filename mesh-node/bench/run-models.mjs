// node mesh-node/bench/run-models.mjs '{"atOnce":2}'
// The agent's own runner of models, by lines of JSON: takes {"id","task"} on stdin, and prints {"id","result"} or
// {"id","code","message"} for each as it ends. Ends when stdin does.
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { createOnnxRunner } from '../dist/runners/onnx/onnx-runner.js';

/** @type {{ atOnce: number }} */
const { atOnce } = JSON.parse(process.argv[2] ?? '{}');
const runner = createOnnxRunner({ logger: pino({ level: 'silent' }), maxProcesses: atOnce, env: {} });
/** @param {Record<string, unknown>} answer */
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** @typedef {import('../dist/runners/onnx/onnx-runner.js').OnnxRunRequest} OnnxRunRequest */
/** @param {number} id @param {Omit<OnnxRunRequest, 'signal' | 'onProgress'>} task */
async function runOne(id, task) {
  try {
    const { signal } = new AbortController();
    tell({ id, result: await runner.run({ ...task, signal, onProgress: () => undefined }) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    tell({ id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

/** @type {Promise<void>[]} */
const running = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { id, task } = JSON.parse(line);
  running.push(runOne(id, task));
}
await Promise.all(running);
await runner.stop();

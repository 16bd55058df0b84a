/**
 * The two programs below run in a process of their own: a host that starts one worker thread per core, and the
 * worker. They are source text because they must start the same way from TypeScript under test, from `dist/` and
 * from a single bundled file, where no neighbouring worker file exists.
 *
 * Why a process: two worker threads inside the agent left 10 MB of resident memory behind for good, sixteen left
 * 30 MB. A child leaves nothing, and killing it ends every thread at once.
 */

/** Warms up until the optimising compiler has taken over, waits at the gate, then counts events until time is up. */
export const kernelWorkerSource = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { module, gate, primesPerEvent, warmUpMs, durationMs } = workerData;
const { event } = new WebAssembly.Instance(module).exports;
const count = (forMs) => {
  const start = performance.now();
  let events = 0;
  let elapsedMs = 0;
  do {
    const primes = event();
    if (primes !== primesPerEvent) throw new Error('self-check: ' + primes + ' primes, not ' + primesPerEvent);
    events += 1;
    elapsedMs = performance.now() - start;
  } while (elapsedMs < forMs);
  return { events, elapsedMs };
};
count(warmUpMs);
parentPort.postMessage(null);
Atomics.wait(gate, 0, 0);
parentPort.postMessage(count(durationMs));
`;

/** Opens the gate once every worker is warm; prints one JSON line `{ events, elapsedMs }` over all of them. */
export const kernelHostSource = `
'use strict';
const { Worker } = require('node:worker_threads');
const plan = JSON.parse(process.argv[1]);
const gate = new Int32Array(new SharedArrayBuffer(4));
const module = new WebAssembly.Module(Buffer.from(plan.moduleBase64, 'base64'));
const counts = [];
let warm = 0;
const workerData = { ...plan, module, gate };
const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };
for (let n = 0; n < plan.threads; n += 1) {
  const worker = new Worker(plan.workerSource, { eval: true, workerData, resourceLimits, env: {} });
  worker.on('message', (count) => {
    if (count !== null) counts.push(count);
    else if (++warm === plan.threads) {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    }
  });
}
process.on('exit', (code) => {
  if (code !== 0) return;
  const events = counts.reduce((sum, count) => sum + count.events, 0);
  const elapsedMs = Math.max(...counts.map((count) => count.elapsedMs));
  process.stdout.write(JSON.stringify({ events, elapsedMs, threads: counts.length }));
});
`;

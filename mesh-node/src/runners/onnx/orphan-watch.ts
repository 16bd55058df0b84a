import { Worker } from 'node:worker_threads';

const everyMs = 1000;

/**
 * Ends this process when the one that started it is gone. The closed channel tells the main thread the same, but only
 * between batches: a model that never answers would run on for ever. A second thread looks whatever the first does.
 */
export function endWithParent(): void {
  const source = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${everyMs});
  `;
  new Worker(source, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } }).unref();
}

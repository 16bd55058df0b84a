// Loaded into the hub that is attacked: at SIGUSR2 it collects its garbage and writes what it still holds to
// FUZZ_MEMORY_FILE.
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const file = process.env.FUZZ_MEMORY_FILE ?? '';

process.on('SIGUSR2', () => {
  // Twice: what finalizers let go of in the first is taken in the second.
  collect();
  setImmediate(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(`${file}.part`, JSON.stringify({ heapUsed, external }));
    renameSync(`${file}.part`, file);
  });
});

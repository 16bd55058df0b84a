import { hostHub } from './hub-host.js';

// What Electron's utility process runs. A failed import has to end the process: one that has lost its way does not
// end by itself there, as plain Node would.
hostHub({
  host: process,
  onMessage: (listener) => process.parentPort.on('message', (event) => listener(event.data)),
  load: (address) => import(address),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});

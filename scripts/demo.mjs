// `npm run demo`: a hub and three machines here, a model, a table, predictions. `-- --once` checks it and ends;
// `-- --amqp URL` routes the jobs by RabbitMQ.
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';

const usage = 'npm run demo [-- --once] [--amqp URL]';

function readArguments() {
  try {
    return parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        amqp: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`);
    process.exit(2);
  }
}

const values = readArguments();
if (values.help) {
  console.log(`usage: ${usage}`);
  process.exit();
}
const beganAt = performance.now();
try {
  await ensureBuilt({ quiet: true, testing: true });
  // It stands on what has just been built.
  const { runDemo } = await import('./demo/run.mjs');
  await runDemo({ ...values, beganAt });
} catch (error) {
  console.error(`\nThe demo did not work out. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

import { runCommand } from './cli/run-command.js';

await runCommand(process.argv);

import { setFlagsFromString } from 'node:v8';

// What loading leaves alive for a moment makes V8's space for new objects grow to 48 MB, which an idle agent keeps. So this
// comes before all the rest is loaded; from the first job on that space may grow (hub-session.ts). Here and not in bin/: what
// a hub hands out, and what starts as a service, is this file.
setFlagsFromString('--semi-space-growth-factor=1');

const { runCommand } = await import('./cli/run-command.js');
await runCommand(process.argv);

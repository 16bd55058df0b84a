/** What the probe's main program is told, as one JSON argument. */
export interface ProbeWishes {
  key: string;
  otherJob: string;
  /** Files it tries to write; whether they arrived is for the agent to see. */
  outside: string[];
  agentPid: number;
  agentStarted: string | null;
  /** Listeners of this machine that it tries to reach. */
  listeners: { host: string; port: number }[];
  /** Processes it tries to start at a time; 0: it does not try. */
  processes: number;
  sleep: string[];
  /** A daemon it tries to leave behind, and files where everybody may. */
  leaves: { program: string[]; files: string[] };
}

/**
 * What the probe job runs, in the agent's own Node inside the sandbox: tries what a hostile job would, and prints a line of
 * JSON per try, `{"subject", "reached"}`. CommonJS source, handed over as `node -e`; its wishes come as one JSON argument.
 */
export const reachSource = `
const fs = require('node:fs');
const net = require('node:net');
const { spawn } = require('node:child_process');
const wishes = JSON.parse(process.argv[1]);
const tell = (subject, reached) => console.log(JSON.stringify({ subject, reached }));
const works = (attempt) => { try { attempt(); return true; } catch { return false; } };

tell('agent-key', works(() => fs.readFileSync(wishes.key)));
tell('other-jobs', works(() => fs.readFileSync(wishes.otherJob)));
// Whether it arrived outside is for the agent to see: the job's own /tmp takes anything.
for (const path of [...wishes.outside, ...wishes.leaves.files]) works(() => fs.writeFileSync(path, 'probe'));
// A process of the sandbox may have the agent's number: it is the agent only if it began when the agent did.
tell('processes', works(() => {
  if (wishes.agentStarted === null) process.kill(wishes.agentPid, 0);
  else if (!fs.readFileSync('/proc/' + wishes.agentPid + '/stat', 'latin1').includes(' ' + wishes.agentStarted + ' ')) throw new Error();
}));

function fork() {
  const children = [];
  let refused = false;
  for (let i = 0; i < wishes.processes && !refused; i += 1) {
    const child = spawn(wishes.sleep[0], wishes.sleep.slice(1), { stdio: 'ignore' });
    child.on('error', () => undefined);
    if (child.pid === undefined) refused = true;
    else children.push(child);
  }
  for (const child of children) child.kill('SIGKILL');
  if (wishes.processes > 0) tell('process-count', !refused);
}

function leave() {
  const [command, ...args] = wishes.leaves.program;
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true, env: {} });
  child.on('error', () => undefined);
  child.unref();
}

const reaches = ({ host, port }) => new Promise((resolve) => {
  const socket = net.connect({ host, port, timeout: 2000 });
  let got = false;
  const end = () => { socket.destroy(); resolve(got); };
  // A door takes every connection; one that leads somewhere is not ended at once.
  socket.once('data', () => { got = true; end(); });
  socket.once('close', end);
  socket.once('error', end);
  socket.once('timeout', end);
});

Promise.all(wishes.listeners.map(reaches)).then((reached) => {
  tell('network', reached.includes(true));
  fork();
  leave();
});
`;

/** Takes memory in steps up to what its argument says, touching every page, and tells when it has it all. */
export const memorySource = `
const wanted = Number(process.argv[1]);
const kept = [];
const step = 16 * 1024 * 1024;
for (let taken = 0; taken < wanted; taken += step) kept.push(Buffer.alloc(step, 1));
console.log(JSON.stringify({ subject: 'memory', reached: true }));
`;

/** Fills the disk with files it removes and keeps open, up to what its arguments say, and tells when nobody stopped it. */
export const diskSource = `
const fs = require('node:fs');
const block = Buffer.alloc(1024 * 1024, 1);
for (let i = 0; i < Number(process.argv[1]); i += 1) {
  const file = fs.openSync('hidden' + i, 'w');
  try { fs.unlinkSync('hidden' + i); } catch {}
  fs.writeSync(file, block);
}
setTimeout(() => {
  console.log(JSON.stringify({ subject: 'disk', reached: true }));
  process.exit();
}, Number(process.argv[2]));
`;

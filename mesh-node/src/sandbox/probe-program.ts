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
for (const path of wishes.outside) works(() => fs.writeFileSync(path, 'probe'));
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
  tell('process-count', !refused);
}

const socket = net.connect({ host: '127.0.0.1', port: wishes.port, timeout: 2000 });
let answered = false;
const network = (reached) => {
  if (answered) return;
  answered = true;
  socket.destroy();
  tell('network', reached);
  fork();
};
socket.once('connect', () => network(true));
socket.once('error', () => network(false));
socket.once('timeout', () => network(false));
`;

/** Takes memory in steps up to what its argument says, touching every page, and tells when it has it all. */
export const memorySource = `
const wanted = Number(process.argv[1]);
const kept = [];
const step = 16 * 1024 * 1024;
for (let taken = 0; taken < wanted; taken += step) kept.push(Buffer.alloc(step, 1));
console.log(JSON.stringify({ subject: 'memory', reached: true }));
`;

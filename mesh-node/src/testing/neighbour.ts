import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { listPids } from '../runners/process/proc.js';

/** Whether this user may make network namespaces and has iproute2. */
export const canHaveNeighbours =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('ip', ['netns', 'list']).status === 0;

const commandLine = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // gone
  }
};

/** Processes that hold a network open for a job of the agent whose data folder this is. */
export const doorsBelow = (dataFolder: string): number[] =>
  listPids().filter((pid) => commandLine(pid).includes(`${dataFolder}/sandbox/doors/`));

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' });

/** Answers every connection with what it was and what came, and says each on stdout. */
const serverSource = `
const net = require('node:net');
const ports = process.argv.slice(1).map(Number);
let listening = 0;
for (const port of ports) net.createServer((socket) => {
  console.log('visitor ' + port);
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => socket.write('echo ' + port + ' ' + bytes));
}).listen(port, '::', () => { if ((listening += 1) === ports.length) console.log('listening'); });
`;

export interface Neighbour {
  /** An address of a private network, and one as on the internet. */
  local: string;
  /** The same by IPv6. */
  local6: string;
  internet: string;
  /** Ports that were connected to. */
  visitors: () => number[];
}

/** Another computer on a cable to this one, with servers on these ports; gone when the test ends. */
export async function startNeighbour(ports: readonly number[]): Promise<Neighbour> {
  const name = `md${process.pid}`;
  const net = (process.pid % 200) + 20;
  const [local, local6, internet] = [`10.231.${net}.2`, `fd00:231:${net}::2`, `44.231.${net}.2`];
  run('ip', 'netns', 'add', name);
  onTestFinished(() => void spawnSync('ip', ['netns', 'delete', name]));
  run('ip', 'link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`, 'netns', name);
  onTestFinished(() => void spawnSync('ip', ['link', 'delete', `${name}a`]));
  for (const [address, link, ...within] of [
    [`10.231.${net}.1/24`, `${name}a`],
    [`44.231.${net}.1/24`, `${name}a`],
    [`${local}/24`, `${name}b`, '-n', name],
    [`${internet}/24`, `${name}b`, '-n', name],
  ])
    run('ip', ...within, 'address', 'add', String(address), 'dev', String(link));
  for (const [address, link, ...within] of [
    [`fd00:231:${net}::1/64`, `${name}a`],
    [`${local6}/64`, `${name}b`, '-n', name],
  ])
    run('ip', ...within, 'address', 'add', String(address), 'dev', String(link), 'nodad');
  run('ip', 'link', 'set', `${name}a`, 'up');
  run('ip', '-n', name, 'link', 'set', `${name}b`, 'up');
  const visitors: number[] = [];
  const line = ['netns', 'exec', name, process.execPath, '-e', serverSource, ...ports.map(String)];
  const server = spawn('ip', line, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const [, port] of text.matchAll(/visitor (\d+)/g)) visitors.push(Number(port));
  });
  while (!said.includes('listening')) await once(server.stdout, 'data');
  return { local, local6, internet, visitors: () => visitors };
}

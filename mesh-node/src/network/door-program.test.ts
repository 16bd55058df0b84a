import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { canMakeNamespaces } from '@meshdeck/testing/programs';
import { expect, it, onTestFinished } from 'vitest';
import { doorSource, type DoorWishes } from './door-program.js';

const wishes: DoorWishes = {
  socket: '/nowhere',
  listen: [],
  names: {},
  ports: null,
  addresses: [],
  ip: null,
};

it.runIf(canMakeNamespaces())('ends with the agent that holds the other end of its input', async () => {
  const inside = `ip link set lo up; exec "$0" -e "$1" "$2"`;
  const args = ['-n', 'sh', '-c', inside, process.execPath, doorSource, JSON.stringify(wishes)];
  const door = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void door.kill('SIGKILL'));
  const [said] = (await once(door.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('ready\n');
  // What the kernel does with the ends that a killed process held.
  door.stdin.destroy();
  expect(await once(door, 'exit')).toEqual([0, null]);
});

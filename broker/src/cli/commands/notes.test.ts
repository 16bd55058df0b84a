import type { NodeView, NoteView } from '@meshdeck/shared';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { joinedNode } from '../../http/fixtures/hub-services.js';
import { runCommandLine } from '../run-command-line.js';
import { recordingContext } from '../testing.js';

const note = (id: string, text: string): NoteView => ({
  ...{ id, nodeId: joinedNode.id, text, createdAt: 1 },
  author: { id: 'ada', name: 'Ada' },
});

/** A hub with one machine and these notes; what it was asked for, as `METHOD PATH BODY`. */
async function hubWith(notes: NoteView[], nodes: NodeView[] = [joinedNode]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const path = (request.url ?? '').replace('/api/v1', '');
      const body = request.method === 'POST' ? ` ${JSON.stringify(await json(request))}` : '';
      asked.push(`${request.method} ${path}${body}`);
      if (request.method === 'DELETE') return response.writeHead(204).end();
      const lists = path.startsWith('/nodes?') || path === '/nodes' ? { nodes } : { notes };
      const answer = request.method === 'POST' ? notes[0] : { ...lists, nextCursor: null };
      return response.writeHead(request.method === 'POST' ? 201 : 200).end(JSON.stringify(answer));
    })();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    async run(...args: string[]) {
      const { context, printed, noted } = recordingContext({ MESHDECK_TOKEN: 'x' });
      const exitCode = await runCommandLine(['nodes', 'notes', ...args, '--hub', hub], context);
      return { exitCode, printed: printed.join('\n'), noted: noted.join('\n') };
    },
  };
}

it('lists the notes of one machine, and names the machines where it lists those of all', async () => {
  const { run, asked } = await hubWith([note('abc', 'Fan is loud')]);
  expect((await run('bench-1')).printed).toMatch(/^NOTE.*\nFan is loud +Ada .* abc$/);
  expect((await run('--search', 'fan')).printed).toMatch(/^MACHINE +NOTE.*\nbench-1 +Fan is loud/);
  expect(asked).toEqual(['GET /notes?node=bench-1', 'GET /notes?search=fan', 'GET /nodes']);
});

it('writes a note', async () => {
  const { run, asked } = await hubWith([note('abc', 'Belongs to Lab 3')]);
  expect(await run('bench-1', 'add', 'Belongs to Lab 3')).toMatchObject({ printed: 'Note abc is written.' });
  expect(asked).toEqual(['POST /nodes/bench-1/notes {"text":"Belongs to Lab 3"}']);
});

it('removes the one note of that machine whose id begins so', async () => {
  const { run, asked } = await hubWith([note('abc', 'one'), note('abd', 'two')]);
  const unclear = await run('bench-1', 'remove', 'ab');
  expect(unclear).toMatchObject({ exitCode: 1 });
  expect(unclear.noted).toContain('More than one note of bench-1 begins with ab.');
  expect((await run('bench-1', 'remove', 'x')).noted).toContain('bench-1 has no note x.');
  expect(await run('bench-1', 'remove', 'abd')).toMatchObject({
    ...{ exitCode: 0, printed: 'Note abd is removed.' },
  });
  expect(asked.at(-1)).toBe('DELETE /notes/abd');
});

it('says what is missing', async () => {
  const { run, asked } = await hubWith([]);
  const [add, remove, other] = [
    await run('bench-1', 'add'),
    await run('bench-1', 'remove'),
    await run('bench-1', 'drop', 'x'),
  ];
  expect([add.exitCode, remove.exitCode, other.exitCode]).toEqual([2, 2, 2]);
  expect(add.noted).toContain('give the text of the note, in quotes');
  expect(remove.noted).toContain('give the id of the note');
  expect(asked).toEqual([]);
});

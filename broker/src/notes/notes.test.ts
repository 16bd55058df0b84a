import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteLimits, noteRequestSchema, noteViewSchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { createNotes } from './notes.js';

const logger = pino({ level: 'silent' });
const ada = { id: 'ada', name: 'Ada' };
const bob = { id: 'bob', name: 'Bob' };
const lab1 = { id: 'lab-1', name: 'lab-1' };
const lab2 = { id: 'lab-2', name: 'lab-2' };

async function folderOf(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-notes-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function open({
  dir,
  known = ['lab-1', 'lab-2'],
  isWhole = true,
}: { dir?: string; known?: string[]; isWhole?: boolean } = {}) {
  const told: string[] = [];
  const machines = new Set(known);
  let clock = 1000;
  const notes = await createNotes({
    collection: await openCollection({
      dir: dir ?? (await folderOf()),
      name: 'notes',
      schema: noteViewSchema,
      logger,
    }),
    isKnown: (id) => machines.has(id),
    isWhole,
    changed: (id) => told.push(`changed ${id}`),
    removed: (id) => told.push(`removed ${id}`),
    now: () => (clock += 1),
  });
  return { notes, told, machines };
}

const textsOf = (notes: readonly { text: string }[]) => notes.map(({ text }) => text);

it('lists notes with the newest first, of one machine or by words of text and author', async () => {
  const { notes, told } = await open();
  const first = await notes.add(lab1, { text: 'Fan is loud, do not use for long jobs', author: ada });
  await notes.add(lab2, { text: 'Belongs to Lab 3', author: bob });
  await notes.add(lab1, { text: 'New fan since Monday', author: bob });
  expect(textsOf(notes.list())).toEqual([
    'New fan since Monday',
    'Belongs to Lab 3',
    'Fan is loud, do not use for long jobs',
  ]);
  expect(textsOf(notes.list({ nodeId: 'lab-1' }))).toHaveLength(2);
  expect(textsOf(notes.list({ search: 'FAN loud' }))).toEqual([first.text]);
  expect(textsOf(notes.list({ search: 'bob fan' }))).toEqual(['New fan since Monday']);
  expect(textsOf(notes.list({ nodeId: 'lab-2', search: 'fan' }))).toEqual([]);
  expect(told[0]).toBe(`changed ${first.id}`);
});

it('keeps notes over a restart, in their order, and removes those of a machine that is gone by then', async () => {
  const dir = await folderOf();
  const before = await open({ dir });
  await before.notes.add(lab1, { text: 'one', author: ada });
  await before.notes.add(lab2, { text: 'two', author: ada });
  await before.notes.add(lab1, { text: 'three', author: ada });
  const { notes } = await open({ dir, known: ['lab-1'] });
  expect(textsOf(notes.list())).toEqual(['three', 'one']);
  const back = await open({ dir });
  expect(textsOf(back.notes.list())).toEqual(['three', 'one']);
});

it('keeps, and does not show, notes on a machine that is missing where something was damaged', async () => {
  const dir = await folderOf();
  const before = await open({ dir });
  await before.notes.add(lab1, { text: 'one', author: ada });
  await before.notes.add(lab2, { text: 'two', author: ada });
  const { notes } = await open({ dir, known: ['lab-1'], isWhole: false });
  expect(textsOf(notes.list())).toEqual(['one']);
  const back = await open({ dir });
  expect(textsOf(back.notes.list())).toEqual(['two', 'one']);
});

it('removes the notes of a removed machine, and takes none for it that come late', async () => {
  const { notes, machines, told } = await open();
  const gone = await notes.add(lab1, { text: 'one', author: ada });
  const stays = await notes.add(lab2, { text: 'two', author: ada });
  machines.delete('lab-1');
  const [late] = await Promise.allSettled([
    notes.add(lab1, { text: 'late', author: ada }),
    notes.removeOf('lab-1'),
  ]);
  expect(late).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
  expect(notes.list()).toEqual([stays]);
  expect(told).toContain(`removed ${gone.id}`);
});

it('holds a machine to its number of notes, however many come at once', async () => {
  const { notes } = await open();
  const tries = Array.from({ length: noteLimits.perMachine + 5 }, (_, at) =>
    notes.add(lab1, { text: `note ${at}`, author: ada }),
  );
  const refused = (await Promise.allSettled(tries)).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(5);
  expect(refused[0]).toMatchObject({
    reason: { code: 'conflict', message: 'lab-1 has 20 notes, and a machine has no more. Remove one first.' },
  });
  expect(notes.list({ nodeId: 'lab-1' })).toHaveLength(noteLimits.perMachine);
  const [newest] = notes.list({ nodeId: 'lab-1' });
  await notes.remove(newest?.id ?? '');
  await expect(notes.add(lab1, { text: 'again', author: ada })).resolves.toMatchObject({ text: 'again' });
});

it('says whose a note is, and that there is none', async () => {
  const { notes } = await open();
  const { id } = await notes.add(lab1, { text: 'one', author: bob });
  expect(notes.ownerOf(id)).toBe('bob');
  await notes.remove(id);
  expect(() => notes.ownerOf(id)).toThrow(/There is no note/);
  await expect(notes.remove(id)).rejects.toMatchObject({ code: 'not-found' });
});

it.each([
  ['  Belongs to Lab 3 ', 'Belongs to Lab 3'],
  ['رایانه نمی‌خوابد', 'رایانه نمی‌خوابد'],
  ['Ask the 👩‍🔬 first', 'Ask the 👩‍🔬 first'],
  ['', null],
  ['   ', null],
  ['\u200b', null],
  ['two\nlines', null],
  ['a\ttab', null],
  ['red \u001b[31m', null],
  ['turned \u202e around', null],
  ['line\u2028separator', null],
  ['x'.repeat(500), 'x'.repeat(500)],
  ['x'.repeat(501), null],
])('takes one line of plain text: %j', (text, taken) => {
  const parsed = noteRequestSchema.safeParse({ text });
  expect(parsed.data?.text ?? null).toBe(taken);
});

import { join } from 'node:path';
import { MeshdeckError, noteViewSchema, type NoteView } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createNotes } from '../notes/notes.js';
import { openCollection } from '../stores/documents.js';
import { joinedNode } from './fixtures/hub-services.js';
import { cookieOf, openPeopleHub, shown } from './fixtures/people-hub.js';

const password = 'otter volcano spoon';

/** A hub with two machines, of which the second belongs to Olga, and real notes. */
async function openHub() {
  const hub = await openPeopleHub();
  const { services, folder } = hub;
  const admin = services.access.checkToken(services.access.token) ?? expect.fail();
  const ids: Record<string, string> = {};
  const sessions: Record<string, Record<string, string>> = {};
  for (const [name, role] of [
    ['olga', 'machine-owner'],
    ['omar', 'operator'],
    ['uma', 'user'],
  ] as const) {
    const { person } = await services.people.admin.create(
      { email: `${name}@example.org`, name, role, password },
      admin,
    );
    ids[name] = person.id;
    const signedIn = await hub.useLink(services.access.createLink(person.id));
    sessions[name] = { cookie: cookieOf(signedIn), ...shown };
  }
  const olgas = {
    ...joinedNode,
    id: 'b'.repeat(26),
    name: 'bench-2',
    owner: { id: ids.olga ?? '', name: 'Olga' },
  };
  services.nodes.get = (ref) => {
    const found = [joinedNode, olgas].find(({ id, name }) => id === ref || name === ref);
    if (found === undefined) throw new MeshdeckError('not-found', `There is no machine ${ref}.`);
    return found;
  };
  const collection = await openCollection({
    ...{ dir: join(folder, 'notes'), name: 'notes', schema: noteViewSchema },
    logger: pino({ level: 'silent' }),
  });
  let clock = 0;
  const nothing = () => undefined;
  const now = () => (clock += 1);
  Object.assign(
    services.notes,
    await createNotes({ collection, isKnown: () => true, changed: nothing, removed: nothing, now }),
  );

  const ask = (who: string, method: string, path: string, body?: unknown) =>
    hub.ask({
      ...{ method, path: `/api/v1${path}` },
      headers: {
        origin: hub.origin,
        ...sessions[who],
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  async function add(who: string, machine: string, text: string): Promise<NoteView> {
    const { status, body } = await ask(who, 'POST', `/nodes/${machine}/notes`, { text });
    expect(status, body).toBe(201);
    return noteViewSchema.parse(JSON.parse(body));
  }
  async function list(who: string, query = ''): Promise<{ texts: string[]; nextCursor: string | null }> {
    const { body } = await ask(who, 'GET', `/notes${query}`);
    const { notes, nextCursor } = JSON.parse(body) as { notes: NoteView[]; nextCursor: string | null };
    return { texts: notes.map(({ text }) => text), nextCursor };
  }
  return { ...hub, ids, ask, add, list };
}

it('lets everybody read, operators write about every machine, and owners about theirs', async () => {
  const { ask, add, list, ids } = await openHub();
  const note = await add('omar', 'bench-1', 'Fan is loud');
  expect(note).toMatchObject({ nodeId: joinedNode.id, author: { id: ids.omar, name: 'omar' } });
  await add('olga', 'bench-2', 'Belongs to Lab 3');
  expect((await list('uma')).texts).toEqual(['Belongs to Lab 3', 'Fan is loud']);
  const refused = [
    await ask('olga', 'POST', '/nodes/bench-1/notes', { text: 'not mine' }),
    await ask('uma', 'POST', '/nodes/bench-2/notes', { text: 'no' }),
    await ask('uma', 'DELETE', `/notes/${note.id}`),
    await ask('olga', 'DELETE', `/notes/${note.id}`),
  ];
  // What is not yours to change is not there for you.
  expect(refused.map(({ status }) => status)).toEqual([404, 403, 403, 404]);
});

it('lets people remove their own notes, and operators any', async () => {
  const { ask, add, list } = await openHub();
  const own = await add('olga', 'bench-2', 'one');
  const other = await add('olga', 'bench-2', 'two');
  expect((await ask('olga', 'DELETE', `/notes/${own.id}`)).status).toBe(204);
  expect((await ask('omar', 'DELETE', `/notes/${other.id}`)).status).toBe(204);
  expect((await ask('omar', 'DELETE', `/notes/${other.id}`)).status).toBe(404);
  expect((await list('uma')).texts).toEqual([]);
});

it('finds notes by machine and by words, page by page', async () => {
  const { add, list } = await openHub();
  for (const text of ['Fan is loud', 'Fan replaced', 'Disk is slow']) await add('omar', 'bench-1', text);
  await add('omar', 'bench-2', 'Fan is quiet');
  expect((await list('uma', '?node=bench-1&search=fan')).texts).toEqual(['Fan replaced', 'Fan is loud']);
  const first = await list('uma', '?search=fan&limit=2');
  expect(first.texts).toEqual(['Fan is quiet', 'Fan replaced']);
  const second = await list('uma', `?search=fan&limit=2&cursor=${first.nextCursor}`);
  expect(second).toEqual({ texts: ['Fan is loud'], nextCursor: null });
});

it('refuses what is no note, and a machine that is not there', async () => {
  const { ask } = await openHub();
  for (const body of [
    { text: '' },
    { text: 'a\nb' },
    { text: 'x'.repeat(501) },
    { text: 'a', by: 'me' },
    {},
  ]) {
    expect((await ask('omar', 'POST', '/nodes/bench-1/notes', body)).status).toBe(400);
  }
  expect((await ask('omar', 'POST', '/nodes/other/notes', { text: 'a' })).status).toBe(404);
  expect((await ask('omar', 'GET', '/notes?node=other')).status).toBe(404);
});

it('writes into the audit who added and who removed a note, and of which machine', async () => {
  const { ask, add, services } = await openHub();
  const { id } = await add('olga', 'bench-2', 'one');
  await ask('omar', 'DELETE', `/notes/${id}`);
  await expect
    .poll(async () => {
      const { entries } = await services.audit.page({}, { limit: 10 });
      return entries
        .filter(({ action }) => action === 'machines.manage')
        .map(({ actor, target, detail }) => [actor?.name, target, detail]);
    })
    .toEqual([
      ['omar', 'b'.repeat(26), 'Note by olga removed.'],
      ['olga', 'b'.repeat(26), 'Note added.'],
    ]);
});

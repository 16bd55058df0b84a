import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservedVariable, secretValueSchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { openSealing } from './sealing.js';
import { createSecrets, secretDocumentSchema } from './secrets.js';

const ada = { id: 'ada', name: 'Ada', reach: 'all' } as const;
const bob = { id: 'bob', name: 'Bob', reach: 'own' } as const;
const value = 'hunter2-and-more';
const plain = { lab: false, forEveryone: false };

async function open(dir?: string) {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-secrets-')));
  if (dir === undefined) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const logger = pino({ level: 'silent' });
  const collection = await openCollection({
    dir: folder,
    name: 'secrets',
    schema: secretDocumentSchema,
    logger,
  });
  const sealing = await openSealing(join(folder, 'secrets.key'), {
    hasSecrets: (await collection.all()).length > 0,
  });
  return { folder, secrets: await createSecrets({ collection, sealing, now: () => 1000 }) };
}

it('keeps a value that nobody finds on disk, and gives it to a job after a restart', async () => {
  const { folder, secrets } = await open();
  expect(await secrets.set({ name: 'TOKEN', value, ...plain }, bob)).toEqual({
    ...{ name: 'TOKEN', whose: 'yours', forEveryone: false, setAt: 1000, setBy: 'Bob' },
  });
  for (const name of await readdir(folder)) {
    expect(await readFile(join(folder, name), 'utf8')).not.toContain(value);
  }
  expect((await stat(join(folder, 'secrets.key'))).mode & 0o777).toBe(0o600);
  const again = await open(folder);
  expect(again.secrets.open(again.secrets.resolve(['TOKEN'], bob))).toEqual({ TOKEN: value });
});

it("gives nobody another person's, and says nothing of it", async () => {
  const { secrets } = await open();
  await secrets.set({ name: 'TOKEN', value, ...plain }, bob);
  expect(secrets.list(ada)).toEqual([]);
  for (const name of ['TOKEN', 'NOTHING'])
    expect(() => secrets.resolve([name], ada)).toThrow(
      `There is no secret "${name}" that your jobs may use.`,
    );
  await expect(secrets.remove({ name: 'TOKEN', lab: false }, ada)).rejects.toThrow(
    'You have no secret "TOKEN".',
  );
});

it("lets admins set the lab's, for operators or for everybody", async () => {
  const { secrets } = await open();
  await expect(secrets.set({ name: 'DB', value, lab: true, forEveryone: true }, bob)).rejects.toThrow(
    "Only admins change the lab's secrets.",
  );
  await secrets.set({ name: 'DB', value, lab: true, forEveryone: false }, ada);
  expect(() => secrets.resolve(['DB'], bob)).toThrow('There is no secret "DB"');
  expect(secrets.list(bob)).toEqual([]);
  await secrets.set({ name: 'DB', value, lab: true, forEveryone: true }, ada);
  // Its value is renewed, and nothing is said of whom it is for.
  expect(await secrets.set({ name: 'DB', value: `${value}-2`, lab: true }, ada)).toMatchObject({
    forEveryone: true,
  });
  expect(secrets.resolve(['DB'], bob)).toEqual([{ name: 'DB', space: 'lab' }]);
  await secrets.set({ name: 'DB', value: 'one of my own', ...plain }, bob);
  expect(secrets.open(secrets.resolve(['DB', 'DB'], bob))).toEqual({ DB: 'one of my own' });
});

it('says which secret of a job is there no more', async () => {
  const { secrets } = await open();
  await secrets.set({ name: 'TOKEN', value, ...plain }, bob);
  const resolved = secrets.resolve(['TOKEN'], bob);
  await secrets.remove({ name: 'TOKEN', lab: false }, bob);
  expect(() => secrets.open(resolved)).toThrow('The secret "TOKEN" is no longer there.');
});

it('opens nothing with another key or for another name', async () => {
  const { folder, secrets } = await open();
  await secrets.set({ name: 'TOKEN', value, ...plain }, bob);
  await rm(join(folder, 'secrets.key'));
  const again = await open(folder);
  expect(() => again.secrets.open(again.secrets.resolve(['TOKEN'], bob))).toThrow('is missing or damaged');
  await expect(again.secrets.set({ name: 'NEXT', value, ...plain }, bob)).rejects.toThrow(
    'is missing or damaged',
  );
});

it.each([
  ['PATH', 'is set by Meshdeck for every app'],
  ['Path', 'is set by Meshdeck for every app'],
  ['LD_PRELOAD', 'changes how the machine starts programs'],
  ['GCONV_PATH', 'changes how the machine starts programs'],
  // systemd-run, which starts a job's scope, would start what they name, outside of the sandbox.
  ['DBUS_SESSION_BUS_ADDRESS', 'changes how the machine starts programs'],
  ['dbus_system_bus_address', 'changes how the machine starts programs'],
  ['XDG_RUNTIME_DIR', 'changes how the machine starts programs'],
  ['SYSTEMD_BUS_TIMEOUT', 'changes how the machine starts programs'],
  ['MESHDECK_INPUT', "is one of Meshdeck's own"],
  ['NODE_OPTIONS', 'changes how Node starts'],
  ['PYTHONPATH', 'changes how Python starts'],
  ['a=b', 'is no name of a variable'],
  ['two\nlines', 'is no name of a variable'],
  ['__proto__', 'is no name of a variable'],
  ['PYTHONHASHSEED', undefined],
  ['NODE_ENV', undefined],
  ['API_TOKEN', undefined],
])('says of the variable %j: %s', (name, reason) => {
  const said = reservedVariable(name);
  if (reason === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(reason);
});

it('takes no secret that could not be masked', () => {
  expect(secretValueSchema.safeParse('1234567').error?.issues[0]?.message).toContain('at least 8 characters');
  expect(secretValueSchema.safeParse('        ').success).toBe(false);
  expect(secretValueSchema.safeParse('12345678').success).toBe(true);
});

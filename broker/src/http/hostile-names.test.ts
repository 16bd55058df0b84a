import { factSchema, labelsSchema, nodeTxtSchema } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { zip } from '../apps/fixtures/archives.js';
import { openPeopleHub } from './fixtures/people-hub.js';

const refused: [what: string, name: string][] = [
  ['a bell', 'a\u0007b'],
  ['an escape sequence', '\u001b[2Jgone'],
  ['a null byte', 'a\u0000b'],
  ['two lines', 'a\nb'],
  ['a line separator', 'a\u2028b'],
  ['a mark that turns the writing around', 'abc\u202Egpj.exe'],
  ['an isolate', 'abc\u2067def'],
  ['ten thousand letters', 'a'.repeat(10_000)],
];

const calls: [what: string, path: string, body: (name: string) => unknown][] = [
  ['a sensor', '/api/v1/sensors', (name) => ({ name })],
  ["a sensor's kind", '/api/v1/sensors', (kind) => ({ name: 'x', kind })],
  ["a sensor's place", '/api/v1/sensors', (place) => ({ name: 'x', location: { place } })],
  ["a sensor's unit", '/api/v1/sensors', (unit) => ({ name: 'x', units: { a: unit } })],
  ['a word about a sensor', '/api/v1/sensors', (text) => ({ name: 'x', metadata: { a: text } })],
  ['an API key', '/api/v1/keys', (name) => ({ name, scopes: ['read'] })],
  ['a person', '/api/v1/people', (name) => ({ name, email: 'a@example.org' })],
];

it.each(calls)('calls %s by no name that shows as another', async (_what, path, body) => {
  const { json } = await openPeopleHub();
  for (const [what, name] of refused) {
    const answer = await json('POST', path, body(name));
    expect([what, answer.status]).toEqual([what, 400]);
    // The refusal says what is wrong, not all that was sent.
    expect(answer.body.length).toBeLessThan(1000);
  }
});

it('runs nothing on a table that is called so, and looks at none', async () => {
  const { json, calls, services } = await openPeopleHub();
  services.checks.check = () => expect.fail('It was asked.');
  for (const [what, name] of refused) {
    const input = { sha256: 'a'.repeat(64), name };
    for (const path of ['/api/v1/jobs', '/api/v1/checks']) {
      const answer = await json('POST', path, { app: { name: 'x' }, input });
      expect([what, path, answer.status]).toEqual([what, path, 400]);
    }
  }
  expect(calls.jobRequests).toEqual([]);
});

it('takes no app that says such things of itself', async () => {
  const { withToken } = await openPeopleHub();
  const sound = { name: 'x', runtime: 'node', entry: 'app.mjs' };
  const push = async (change: Record<string, unknown>) => {
    const manifest = { name: 'meshdeck.json', data: JSON.stringify({ ...sound, ...change }) };
    const body = zip([manifest, { name: 'app.mjs', data: 'x' }]);
    const headers = { 'content-type': 'application/octet-stream' };
    return (await withToken({ method: 'POST', path: '/api/v1/apps?filename=x.zip', body, headers })).status;
  };
  expect(await push({ description: 'two\nlines are well' })).toBe(201);
  for (const [what, text] of refused) {
    for (const key of ['title', 'version'])
      expect([what, key, await push({ [key]: text })]).toEqual([what, key, 422]);
    if (what !== 'two lines') expect([what, await push({ description: text })]).toEqual([what, 422]);
  }
});

it.each([
  ['inventory', (text: string) => factSchema(200).parse(text)],
  ['a label', (text: string) => (labelsSchema.safeParse({ room: text }).success ? text : '')],
  ['mDNS', (text: string) => nodeTxtSchema.shape.name.parse(text)],
])('lets %s say nothing that a terminal would act on', (_what, read) => {
  for (const [what, text] of refused.filter(([, name]) => name.length < 100)) {
    expect([what, read(text)]).toEqual([
      what,
      expect.not.stringMatching(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u),
    ]);
  }
});

it('stores no table under such a name', async () => {
  const { withToken } = await openPeopleHub();
  for (const [what, name] of refused) {
    const path = `/api/v1/files?name=${encodeURIComponent(name)}`;
    const answer = await withToken({
      ...{ method: 'PUT', path, body: 'a\n1\n' },
      headers: { 'content-type': 'text/csv' },
    });
    expect([what, answer.status]).toEqual([what, 400]);
  }
});

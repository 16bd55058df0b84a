import { expect, it } from 'vitest';
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

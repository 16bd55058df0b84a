import { Buffer } from 'node:buffer';

const hugeId = 'a'.repeat(3000);
/** What ids may be made of that no id is. */
const ids = [
  hugeId,
  'zzzzzzzzzz',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '__proto__',
  '%F0%9F%92%A9',
  '-1',
  '1e309',
];
/** Paging that no page has. */
const queries = [
  'limit=-1',
  'limit=1000000000',
  'limit=0.5',
  'limit=NaN&before=x',
  'limit=500&before=-1',
  'limit=500&before=1e400',
  `cursor=${'A'.repeat(2000)}`,
  'cursor=bm90aGluZw&tail=1000000',
  `text=${'a%20'.repeat(50)}`,
  'wait=300',
  'wait=1e9',
  `source=${'x'.repeat(5000)}`,
  'state=queued&'.repeat(100),
  'from=0&to=9999999999999&maxPoints=20000',
  'from=5&to=1',
  'filename=x.onnx&name=x',
  'sort=zzzzzzzzzz&offset=9007199254740991&limit=1000',
  `truth=${'x'.repeat(3000)}&prediction=%00&as=numbers`,
  'against=zzzzzzzzzz',
];
const list = (/** @type {string} */ item, /** @type {number} */ count) =>
  Buffer.from(`[${Array.from({ length: count }, () => item).join(',')}]`);
/** @type {{ type: string, body: Buffer }[]} */
const bodies = [
  { type: 'application/json', body: Buffer.from(`"${'x'.repeat(900_000)}"`) },
  { type: 'application/json', body: Buffer.from('['.repeat(200_000)) },
  { type: 'application/json', body: Buffer.from(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) },
  { type: 'application/json', body: list('"zzzzzzzzzz"', 60_000) },
  { type: 'application/json', body: Buffer.from(`{"ids":${list('"zzzzzzzzzz"', 60_000).toString()}}`) },
  { type: 'application/json', body: Buffer.from(`{"jobs":${list('{}', 100_000).toString()}}`) },
  {
    type: 'application/json',
    body: Buffer.from(
      `{"name":"x","labels":{${Array.from({ length: 30_000 }, (_, at) => `"k${at}":"v"`).join(',')}}}`,
    ),
  },
  { type: 'application/json', body: Buffer.from('{"__proto__":{"role":"admin"},"constructor":1}') },
  { type: 'application/json', body: Buffer.from('null') },
  { type: 'text/plain', body: Buffer.from('x'.repeat(10_000)) },
  { type: 'application/octet-stream', body: Buffer.alloc(2 * 1024 * 1024, 0x50) },
];

/**
 * Every way in which this walk calls one route: ids, paging and bodies that nobody honest sends.
 *
 * @param {{ method: string, path: string }} route
 * @param {Record<string, string>} known real ids by the name of their parameter; for looking only
 * @returns {{ method: string, path: string, headers: Record<string, string>, body?: Buffer }[]}
 */
export function hostileCalls({ method, path }, known) {
  const params = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const fill = (/** @type {(name: string) => string} */ value) =>
    path.replaceAll(/\{([^}]+)\}/g, (_, name) => value(name));
  const isLook = method === 'GET' || method === 'HEAD';
  const decoy = fill((name) => (isLook ? (known[name] ?? 'zzzzzzzzzz') : 'zzzzzzzzzz'));
  /** @type {ReturnType<typeof hostileCalls>} */
  const calls = [{ method, path: decoy, headers: {} }];
  if (params.length > 0) for (const id of ids) calls.push({ method, path: fill(() => id), headers: {} });
  for (const query of queries) calls.push({ method, path: `${decoy}?${query}`, headers: {} });
  if (isLook) {
    calls.push({ method, path: decoy, headers: { range: `bytes=${'0-1,'.repeat(500)}5-` } });
    calls.push({
      method,
      path: decoy,
      headers: { 'accept-encoding': 'gzip, br', 'x-long': 'y'.repeat(8000) },
    });
  } else {
    for (const { type, body } of bodies) {
      calls.push({ method, path: `${decoy}?filename=x.py&name=x`, headers: { 'content-type': type }, body });
    }
  }
  return calls;
}

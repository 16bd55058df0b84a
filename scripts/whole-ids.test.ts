import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

/** What knows how ids look. */
const knowing = ['shared/src/ids.ts'];
/** An id of one of our kinds, and something that cuts it or looks into it by position. */
const cuts =
  /\b(?:(?:job|node|attempt|person|sensor)Id|(?:job|node|machine|attempt|person|sensor)\.id|(?<!\.)id)\??\.(?:slice|split|substr|substring|indexOf|lastIndexOf|at|charAt)\(/g;

const sources = ['shared', 'broker', 'mesh-node', 'desktop', 'testing'].flatMap((name) =>
  readdirSync(join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|svelte)$/.test(path) && !path.endsWith('.test.ts'))
    .map((path) => join(name, 'src', path)),
);

const cutsIn = (text: string) => [...text.matchAll(cuts)].map(([cut]) => cut);

it('ids are taken apart by parseAttemptId and shortened by shortId, and nowhere else', () => {
  const found = sources
    .filter((path) => !knowing.includes(path))
    .flatMap((path) => cutsIn(readFileSync(join(root, path), 'utf8')).map((cut) => `${path}: ${cut}`));
  expect(sources.length).toBeGreaterThan(500);
  expect(found).toEqual([]);
});

it('a cut is seen in each of the ways in which ids were cut before', () => {
  const before = [
    'attemptId.slice(0, 10)',
    "attempt.id.split('-')[1]",
    'message.attemptId.slice(0, 10)',
    "shard.attemptId?.split('-')",
    'id.slice(job.id.length + 1)',
  ];
  expect(before.map((text) => cutsIn(text).length)).toEqual(before.map(() => 1));
  expect(cutsIn('client.id.slice(0, 80)')).toEqual([]);
});

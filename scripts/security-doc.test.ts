import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
/** `| claim | ... \`file\` > title |` */
const named = [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)` > (.+?) \|$/gm)].map(
  ([, file = '', title = '']) => ({ file, title }),
);
const claims = text.split('\n').filter((line) => /^\| (?!claim\b)[^|]* \|[^|]+\|$/.test(line));

/** What stands in a source as a string: with the quotes it was written in, and with them escaped. */
const spellings = (title: string) => [title, title.replaceAll("'", "\\'"), title.replaceAll('"', '\\"')];

/** Whether a test's name begins with this title, or goes on with it behind what it varies (`%o may ...`). */
function hasTest(source: string, title: string): boolean {
  return spellings(title).some((spelling) =>
    source.split('\n').some((line) => {
      const at = line.indexOf(spelling);
      return at > 0 && /['"`%][^'"`]*$/.test(line.slice(0, at)) && !line.trimStart().startsWith('//');
    }),
  );
}

it.each(named)('names a test that exists: $file > $title', ({ file, title }) => {
  expect(existsSync(join(root, file)), `${file} is missing`).toBe(true);
  expect(hasTest(readFileSync(join(root, file), 'utf8'), title)).toBe(true);
});

it('names a test, or says why there is none, for every claim', () => {
  expect(claims.length).toBeGreaterThan(60);
  const bare = claims.filter(
    (line) => !/`[\w./-]+\.(?:test|spec)\.ts` > /.test(line) && !line.includes('**can**'),
  );
  expect(bare).toEqual([]);
});

it('is not fooled by a title that no test has', () => {
  const file = readFileSync(join(root, 'broker/src/mqtt/broker.test.ts'), 'utf8');
  expect(hasTest(file, 'cuts a removed machine off at once')).toBe(true);
  expect(hasTest(file, 'cuts a removed machine off in a year')).toBe(false);
});

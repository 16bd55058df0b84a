import { MeshdeckError, type FileList } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { JobFileLists } from '../files/file-lists.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { provenanceFiles } from './provenance-files.js';

const sha256 = 'c'.repeat(64);
const list: FileList = {
  files: [
    { path: 'a.png', sha256: 'a'.repeat(64), bytes: 3 },
    { path: 'b.txt', sha256: 'b'.repeat(64), bytes: 4 },
  ],
  leftOut: { count: 1, examples: [] },
};
/** A job in one piece that left two files of seven bytes, and a link that is not kept. */
const base = storedJob(1);
const kept = { attemptId: 'attempt', list: { sha256, name: 'files', bytes: 9 }, files: 2, bytes: 7 };
const task = { index: 0, state: 'succeeded' as const, shard: null, rows: 1, output: null, attempts: [] };
const job = { ...base, tasks: [{ ...task, retryAt: 0, files: { ...kept, isPartial: false } as never }] };
const reading = (read: JobFileLists['read']) => provenanceFiles(job, { read });

it('names every file, and what was not kept', async () => {
  expect(await reading(async () => list)).toMatchObject({
    ...{ count: 2, bytes: 7, leftOut: 1 },
    named: [{ path: 'a.png' }, { path: 'b.txt' }],
    lists: [{ task: 0, list: { sha256 } }],
  });
});

it.each([
  ['missing', new MeshdeckError('not-found', 'no such file')],
  ['damaged', new SyntaxError('Unexpected token')],
])('tells how many there were, and the hash of their list, where that is %s', async (_how, error) => {
  expect(await reading(() => Promise.reject(error))).toMatchObject({
    ...{ count: 2, bytes: 7, leftOut: 0, named: [] },
    lists: [{ list: { sha256 } }],
  });
});

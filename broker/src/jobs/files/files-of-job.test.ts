import type { FileList } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { fileOfJob, filesOfJob } from './files-of-job.js';

const hash = (letter: string) => letter.repeat(64);
const listed = (...paths: string[]): FileList => ({
  files: paths.map((path, at) => ({ path, sha256: hash('a'), bytes: at })),
  leftOut: { count: 0, examples: [] },
});

/** A job whose tasks left these, one list a task. */
function jobWith(output: JobDocument['output'], ...all: FileList[]) {
  const base = storedJob(1);
  const lists = { read: async ({ sha256 }: { sha256: string }) => all[Number(sha256)] as FileList };
  const tasks = all.map((_list, index) => ({
    ...{ index, state: 'succeeded' as const, rows: 1, output: null, attempts: [], retryAt: 0 },
    shard: all.length === 1 ? null : ({ firstRow: 0, rows: 1 } as never),
    files: { list: { sha256: String(index) }, isPartial: index === 1 } as never,
  }));
  return { job: { ...base, output, tasks }, lists };
}

it.each([
  ['whole', jobWith(null, listed('b.txt', 'plots/a.png', 'part-1/x'))],
  ['in parts', jobWith(null, listed('x', 'part-2/x'), listed('x', 'y'))],
  [
    'with a result',
    jobWith({ name: 'r.csv', sha256: hash('b'), bytes: 7 }, listed('x'), listed('predictions.csv')),
  ],
])('finds each file of a job %s as the list of all has it, and no other', async (_how, { job, lists }) => {
  const { files } = await filesOfJob(job, lists);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect(await fileOfJob(job, file.path, lists)).toEqual(file);
  for (const path of ['x/', 'part-1', 'part-3/x', 'constructor', ''])
    expect(await fileOfJob(job, path, lists)).toBeUndefined();
});

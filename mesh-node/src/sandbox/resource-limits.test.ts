import { expect, it } from 'vitest';
import { hardLimits, prlimitArguments } from './resource-limits.js';

const table = `Limit                     Soft Limit           Hard Limit           Units
Max file size             unlimited            unlimited            bytes
Max data size             unlimited            unlimited            bytes
Max processes             96365                300                  processes
Max open files            1024                 4096                 files
`;
const mebibyte = 1024 ** 2;

it('asks for no more than the system allows: a limit may be lowered only', () => {
  const limits = { memoryBytes: 512 * mebibyte, fileBytes: 1000, processes: 512 };
  expect(prlimitArguments(limits, hardLimits(table))).toEqual([
    '--core=0',
    '--nofile=4096',
    `--data=${640 * mebibyte}`,
    '--fsize=1000',
    '--nproc=300',
  ]);
});

it('limits no processes of a user who has others, and no memory where there is no limit', () => {
  const limits = { memoryBytes: Number.MAX_SAFE_INTEGER, fileBytes: Infinity, processes: null };
  expect(prlimitArguments(limits, new Map())).toEqual(['--core=0', '--nofile=8192']);
});

import { runProgram } from '../inventory/run-program.js';

/** Pages macOS hands out without swapping: free ones, and those it keeps only in case they are wanted again. */
export function parseVmStat(output: string): number {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(output)?.[1] ?? NaN);
  const pages = (name: string) => Number(new RegExp(`^${name}: +(\\d+)\\.$`, 'm').exec(output)?.[1] ?? NaN);
  const count =
    pages('Pages free') + pages('Pages inactive') + pages('Pages speculative') + pages('Pages purgeable');
  if (!Number.isFinite(count * pageBytes)) throw new Error('vm_stat printed no page counts');
  return count * pageBytes;
}

/** `os.freemem` knows only the never used pages there, of which a busy Mac has next to none. */
export async function readMacAvailableBytes(): Promise<number> {
  const { stdout } = await runProgram({ file: '/usr/bin/vm_stat', args: [], timeoutMs: 900 });
  return parseVmStat(stdout);
}

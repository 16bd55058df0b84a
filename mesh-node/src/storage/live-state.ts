import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@meshdeck/shared/runtime';
import * as z from 'zod';
import { lockHolder } from './folder-lock.js';

/** What a running agent says of itself to the commands beside it, in its data folder. */
export const liveStateSchema = z.object({
  pid: z.number().int().positive(),
  /** ms since 1970 */
  since: z.number(),
  version: z.string(),
  name: z.string(),
  slots: z.number().int(),
  /** `searching` until a hub answers, `pending` until a person approves the code, `away` once the connection ended. */
  link: z.enum(['searching', 'pending', 'joined', 'away']),
  code: z.string().nullable(),
  hubName: z.string().nullable(),
  protection: z.string().nullable(),
  trouble: z.object({ ts: z.number(), message: z.string() }).nullable(),
});
export type LiveState = z.infer<typeof liveStateSchema>;

export const liveStateName = 'state.json';

/** The words of the agent that runs in this folder now; undefined where none runs, or it has said nothing yet. */
export async function readLiveState(dataFolder: string): Promise<LiveState | undefined> {
  const pid = await lockHolder(dataFolder);
  if (pid === undefined) return undefined;
  const text = await readFile(join(dataFolder, liveStateName), 'utf8').catch(() => '');
  try {
    const state = liveStateSchema.parse(JSON.parse(text));
    return state.pid === pid ? state : undefined;
  } catch {
    return undefined; // an agent of before, or one that is just starting
  }
}

/** Keeps the file as the agent's state changes. Writes one at a time, and the newest only. */
export function createLiveState(options: {
  dataFolder: string;
  first: Omit<LiveState, 'pid' | 'since' | 'link' | 'code' | 'hubName' | 'protection' | 'trouble'>;
  onFault: (error: unknown) => void;
}): (change: Partial<LiveState>) => void {
  let state: LiveState = {
    ...options.first,
    pid: process.pid,
    since: Date.now(),
    link: 'searching',
    code: null,
    hubName: null,
    protection: null,
    trouble: null,
  };
  let writing = false;
  let isOld = false;
  async function write(): Promise<void> {
    writing = true;
    while (isOld) {
      isOld = false;
      // A full disk takes the words away, not the agent.
      await writeFileAtomically(join(options.dataFolder, liveStateName), `${JSON.stringify(state)}\n`).catch(
        options.onFault,
      );
    }
    writing = false;
  }
  return (change) => {
    state = { ...state, ...change };
    isOld = true;
    if (!writing) void write();
  };
}

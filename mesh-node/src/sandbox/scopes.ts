import { existsSync } from 'node:fs';
import { runProgram } from '../inventory/run-program.js';

/** systemd runs a job in a scope of its own: control groups for agents that have none to divide. */
export interface Scopes {
  enter: (limits: { memoryBytes: number; processes: number }) => string[];
}

/** @throws Error a sentence on why there are none */
export async function openScopes(systemdRun: string | null): Promise<Scopes> {
  if (systemdRun === null || !existsSync('/run/systemd/system'))
    throw new Error('systemd does not run here, so it cannot make control groups for jobs.');
  const whose = process.getuid?.() === 0 ? [] : ['--user'];
  const base = [systemdRun, ...whose, '--scope', '--quiet', '--collect'];
  try {
    const [file = '', ...args] = base;
    await runProgram({ file, args: [...args, '-p', 'TasksMax=64', '/bin/true'], timeoutMs: 20_000 });
  } catch (cause) {
    throw new Error('systemd-run is here but makes no scope for the agent.', { cause });
  }
  return {
    enter: ({ memoryBytes, processes }) => [
      ...base,
      ...(Number.isSafeInteger(memoryBytes)
        ? ['-p', `MemoryMax=${memoryBytes}`, '-p', 'MemorySwapMax=0']
        : []),
      ...['-p', `TasksMax=${processes}`, '--'],
    ],
  };
}

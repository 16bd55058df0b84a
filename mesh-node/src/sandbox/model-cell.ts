import type { Sandbox } from './sandbox.js';

/** What the runner of models sees of the agent's folders. */
export interface ModelFolders {
  cache: string;
  attempts: string;
  runner: string;
}

/**
 * A program as the warm runner of models is run, shut in without network and rights. It serves one job after the other, so it
 * reads what is in the cache and writes where results go.
 * @param reads files of the program itself
 */
export function wrapModelProcess(
  sandbox: Sandbox,
  folders: ModelFolders,
  program: { command: string; args: readonly string[]; reads: readonly string[] },
): { command: string; args: string[] } {
  return sandbox.wrapCommand({
    name: 'onnx',
    command: program.command,
    args: program.args,
    workFolder: folders.runner,
    reads: [...program.reads, folders.cache],
    writes: [folders.attempts, folders.runner],
    temporary: folders.runner,
    gpu: false,
  });
}

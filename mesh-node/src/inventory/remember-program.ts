import { realpath, stat } from 'node:fs/promises';
import type { Program } from './programs.js';

/** Tells one file of an interpreter from another that came in its place. */
async function markOf(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    const { ino, mtimeMs } = await stat(real);
    return `${real} ${ino} ${mtimeMs}`;
  } catch {
    return null; // gone
  }
}

/**
 * Asks once and keeps the answer: a busy machine takes seconds to start an interpreter. Asks again where the interpreter is
 * another one since, as after an upgrade of the system, so that environments made with the old one are made anew.
 */
export function rememberProgram(find: () => Promise<Program>): () => Promise<Program> {
  let known: { program: NonNullable<Program>; mark: string } | null = null;
  return async () => {
    if (known !== null && (await markOf(known.program.path)) === known.mark) return known.program;
    const program = await find();
    const mark = program === null ? null : await markOf(program.path);
    known = program === null || mark === null ? null : { program, mark };
    return program;
  };
}

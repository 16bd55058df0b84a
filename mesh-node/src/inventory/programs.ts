import { findOnPath, type Environment } from './find-on-path.js';
import { runProgram } from './run-program.js';

/** Where a program lies and what version it says it is. */
export type Program = { version: string; path: string } | null;

/** Programs that start an app's entry, given as their first argument. */
export type ProgramFinders = Record<'shell' | 'r' | 'julia', () => Promise<Program>>;

const timeoutMs = 1500;
/** Julia takes its time to say who it is. */
const slowTimeoutMs = 10_000;

/** First version number that `name --version` prints; null where it is not installed or does not answer. */
export async function programVersion(
  name: string,
  env: Environment,
  patienceMs = timeoutMs,
): Promise<string | null> {
  const file = await findOnPath(name, env);
  if (file === null) return null;
  try {
    // R said its version on stderr before 4.3.
    const { stdout, stderr } = await runProgram({ file, args: ['--version'], timeoutMs: patienceMs, env });
    return /\d+\.\d+[\w.+-]*/.exec(stdout + stderr)?.[0] ?? null;
  } catch {
    return null; // there, but not in working order: the same to whoever wants to run something with it
  }
}

async function findProgram(name: string, env: Environment): Promise<Program> {
  const path = await findOnPath(name, env);
  const version = path === null ? null : await programVersion(name, env, slowTimeoutMs);
  return path === null || version === null ? null : { version, path };
}

/** bash, or else sh, which need not say its version (dash says none). What Windows calls bash is another machine's. */
async function findShell(env: Environment): Promise<Program> {
  if (process.platform === 'win32') return null;
  const bash = await findProgram('bash', env);
  if (bash !== null) return bash;
  const path = await findOnPath('sh', env);
  return path === null ? null : { version: 'sh', path };
}

/** What starts apps of each of these runtimes; null where it is not installed. */
export const programFinders = (env: Environment = process.env): ProgramFinders => ({
  shell: () => findShell(env),
  r: () => findProgram('Rscript', env),
  julia: () => findProgram('julia', env),
});

import {
  protectionLevel,
  protectionSubjects,
  type Protection,
  type ProtectionLine,
  type ProtectionSubject,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import { runProbe, type Reached } from './probe-run.js';
import type { Sandbox } from './sandbox.js';

/** Who is to thank where a line held. */
function holders(sandbox: Sandbox): Record<ProtectionSubject, string> {
  const { bubblewrap, groups, scopes, prlimit } = sandbox.tools;
  const files = [bubblewrap && 'bubblewrap', sandbox.ownUser && 'own user'].filter(Boolean).join(', ');
  const group = groups !== null || scopes !== null ? 'control group' : null;
  return {
    'agent-key': files,
    'other-jobs': files,
    'outside-files': files,
    network: bubblewrap === null ? '' : 'bubblewrap',
    processes: bubblewrap === null ? '' : 'bubblewrap',
    'process-count': [group, prlimit && 'prlimit'].filter(Boolean).join(', '),
    memory: [group, prlimit && 'prlimit', process.platform === 'linux' && 'watched']
      .filter(Boolean)
      .join(', '),
  };
}

function line(subject: ProtectionSubject, reached: Reached, how: string): ProtectionLine {
  const got = reached[subject];
  if (got === undefined) return { subject, state: 'unknown', how: 'the probe could not try it' };
  if (got)
    return { subject, state: 'not-held', how: how === '' ? 'nothing here holds it' : `in spite of ${how}` };
  return { subject, state: 'held', how: how === '' ? 'the system' : how };
}

/** What jobs can and cannot do on this machine, found out by trying. Never throws: what fails is unknown. */
export async function measureProtection(options: {
  sandbox: Sandbox;
  folder: string;
  keyFile: string;
  signal: AbortSignal;
  logger: Logger;
}): Promise<Protection> {
  const { sandbox, logger } = options;
  const notes = sandbox.tools.notes.map((note) => note.slice(0, 400)).slice(0, 9);
  let reached: Reached = {};
  try {
    reached = await runProbe(options);
  } catch (error) {
    logger.error({ error }, 'protection probe failed');
    const why = error instanceof Error ? error.message : String(error);
    notes.push(`The probe job could not run: ${why}`.slice(0, 400));
  }
  const how = holders(sandbox);
  const lines = protectionSubjects.map((subject) => line(subject, reached, how[subject]));
  return { ts: Date.now(), level: protectionLevel(lines), lines, notes };
}

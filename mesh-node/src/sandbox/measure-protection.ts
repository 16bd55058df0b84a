import { release } from 'node:os';
import {
  meshdeckVersion,
  protectionLevel,
  protectionStages,
  protectionTries,
  type Protection,
  type ProtectionLine,
  type ProtectionStage,
  type ProtectionSubject,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { ModelFolders } from './model-cell.js';
import { runProbe, type Reached } from './probe-run.js';
import type { Sandbox } from './sandbox.js';

const listed = (...names: (string | false | null | undefined)[]) => names.filter(Boolean).join(', ');

/** Who is to thank where a line held. */
function holders(sandbox: Sandbox, stage: ProtectionStage): Record<ProtectionSubject, string> {
  const { bubblewrap, groups, scopes, prlimit } = sandbox.tools;
  const walls = bubblewrap && 'bubblewrap';
  // The runner of models stays the agent's own user.
  const files = listed(walls, stage !== 'model' && sandbox.ownUser && 'own user');
  const group = (groups !== null || scopes !== null) && 'control group';
  const isLinux = process.platform === 'linux';
  return {
    'agent-key': files,
    'other-jobs': files,
    'outside-files': files,
    network: listed(walls, walls && stage === 'install' && 'own network'),
    'own-machine': listed(walls, walls && 'own network'),
    processes: listed(walls),
    'process-count': listed(group, prlimit && 'prlimit'),
    memory: listed(group, prlimit && 'prlimit', isLinux && 'watched'),
    disk: listed(prlimit && 'prlimit', 'watched'),
    leftovers: listed(walls ?? (sandbox.ownUser && 'own user')),
  };
}

function lineOf(
  stage: ProtectionStage,
  subject: ProtectionSubject,
  reached: Reached,
  how: string,
): ProtectionLine {
  const got = reached[stage][subject];
  if (got === undefined) return { stage, subject, state: 'unknown', how: 'the probe could not try it' };
  if (got)
    return {
      stage,
      subject,
      state: 'not-held',
      how: how === '' ? 'nothing here holds it' : `in spite of ${how}`,
    };
  return { stage, subject, state: 'held', how: how === '' ? 'the system' : how };
}

/** What jobs can and cannot do on this machine, found out by trying. Never throws: what fails is unknown. */
export async function measureProtection(options: {
  sandbox: Sandbox;
  folder: string;
  keyFile: string;
  models: ModelFolders;
  signal: AbortSignal;
  logger: Logger;
}): Promise<Protection> {
  const { sandbox, logger } = options;
  const notes = [...sandbox.tools.notes];
  let reached: Reached = { script: {}, install: {}, model: {} };
  try {
    const missing = await sandbox.networkMissing();
    if (missing !== null && sandbox.tools.bubblewrap !== null) notes.push(missing);
    reached = await runProbe(options);
  } catch (error) {
    logger.error({ error }, 'protection probe failed');
    const why = error instanceof Error ? error.message : String(error);
    notes.push(`The probe job could not run: ${why}`);
  }
  const lines = protectionStages.flatMap((stage) => {
    const how = holders(sandbox, stage);
    return protectionTries[stage].map((subject) => lineOf(stage, subject, reached, how[subject]));
  });
  return {
    ts: Date.now(),
    level: protectionLevel(lines),
    lines,
    notes: notes.map((note) => note.slice(0, 400)).slice(0, 10),
    measuredOn: { agentVersion: meshdeckVersion, kernel: release().slice(0, 200) },
  };
}

import type { JobState, PersonId } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

/** Which jobs somebody looks for; all that is given must hold. */
export interface JobSearch {
  states?: readonly JobState[] | undefined;
  /** Every word must occur in its name, id, app, table, owner or the names of its machines; case does not matter. */
  text?: string | undefined;
  /** Id or whole name of a machine that had an attempt of it. */
  machine?: string | undefined;
  /** Name of its app. */
  app?: string | undefined;
  /** Only jobs of this sweep. */
  sweep?: string | undefined;
  /** Only of this person. */
  owner?: PersonId | undefined;
  /** Only failed jobs that nobody has run again or put aside. */
  deadLetters?: boolean | undefined;
}

/** One line per thing to look for; machines and the app in lines of their own, so that they can be asked for whole. */
export function searchWords(job: JobDocument): string {
  const machines = new Map(
    job.tasks.flatMap((task) => task.attempts.map(({ nodeId, nodeName }) => [nodeId, nodeName] as const)),
  );
  const lines = [
    `${job.id} ${job.name}`,
    job.app.title,
    job.source?.file.name ?? job.input.name,
    job.ownerName,
    `app=${job.app.name}`,
    ...(job.sweep === undefined ? [] : [`sweep=${job.sweep.id}`]),
    ...[...machines].flatMap(([id, name]) => [`machine=${id}`, `machine=${name}`]),
  ];
  return `\n${lines.map((line) => line.replaceAll('\n', ' ').toLowerCase()).join('\n')}\n`;
}

/** Whether a job fits, told from what is held of every job in memory. */
export function searchTest({ states, text, machine, app, sweep, owner, deadLetters }: JobSearch) {
  const wantedStates = states === undefined || states.length === 0 ? null : new Set(states);
  const parts = [
    ...(text ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20),
    ...(machine === undefined ? [] : [`\nmachine=${machine.toLowerCase()}\n`]),
    ...(sweep === undefined ? [] : [`\nsweep=${sweep.toLowerCase()}\n`]),
    ...(app === undefined ? [] : [`\napp=${app.toLowerCase()}\n`]),
  ];
  return (job: { state: JobState; owner: PersonId; words: string; isDead: boolean }): boolean =>
    (owner === undefined || job.owner === owner) &&
    (wantedStates === null || wantedStates.has(job.state)) &&
    (deadLetters !== true || job.isDead) &&
    parts.every((part) => job.words.includes(part));
}

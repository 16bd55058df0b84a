import type { JobState } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';

/** Which jobs somebody looks for; all that is given must hold. */
export interface JobSearch {
  states?: readonly JobState[] | undefined;
  /** Every word must occur in its name, id, app, table, owner or the names of its machines; case does not matter. */
  text?: string | undefined;
  /** Id or whole name of a machine that had an attempt of it. */
  machine?: string | undefined;
  /** Name of its app. */
  app?: string | undefined;
  /** Only failed jobs that nobody has run again or put aside. */
  deadLetters?: boolean | undefined;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** One line per thing to look for; machines and the app in lines of their own, so that they can be asked for whole. */
export function searchWords(job: JobDocument): string {
  const machines = new Map(
    job.tasks.flatMap((task) => task.attempts.map(({ nodeId, nodeName }) => [nodeId, nodeName] as const)),
  );
  const lines = [
    `${job.id} ${job.name}`,
    job.app.title,
    job.input.name,
    job.owner,
    `app=${job.app.name}`,
    ...[...machines].flatMap(([id, name]) => [`machine=${id}`, `machine=${name}`]),
  ];
  return `\n${lines.map((line) => line.replaceAll('\n', ' ').toLowerCase()).join('\n')}\n`;
}

/** The search as a match over the indexed fields. */
export function searchMatch({ states, text, machine, app, deadLetters }: JobSearch) {
  const line = (value: string) => new RegExp(`\\n${escaped(value.toLowerCase())}\\n`);
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
  const patterns = [
    ...words.map((word) => new RegExp(escaped(word))),
    ...(machine === undefined ? [] : [line(`machine=${machine}`)]),
    ...(app === undefined ? [] : [line(`app=${app}`)]),
  ];
  return {
    ...(states !== undefined && states.length > 0 && { state: { $in: [...states] } }),
    ...(deadLetters === true && { dead: true }),
    ...(patterns.length > 0 && { $and: patterns.map((pattern) => ({ words: { $regex: pattern } })) }),
  };
}

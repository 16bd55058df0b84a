import * as z from 'zod';
import { factSchema, timestampSchema } from '../ids.js';

/** How well a machine is protected from the jobs it runs, weakest first. */
export const protectionLevels = ['none', 'basic', 'strong'] as const;
export const protectionLevelSchema = z.enum(protectionLevels);
export type ProtectionLevel = z.infer<typeof protectionLevelSchema>;

/** What a job may ask for: `none` is what it gets anyway. */
export const protectionNeedSchema = protectionLevelSchema.exclude(['none']);
export type ProtectionNeed = z.infer<typeof protectionNeedSchema>;

/** What the agent's probe tries from inside the sandbox that jobs run in. */
export const protectionSubjects = [
  'agent-key',
  'other-jobs',
  'outside-files',
  'network',
  'processes',
  'process-count',
  'memory',
] as const;
export const protectionSubjectSchema = z.enum(protectionSubjects);
export type ProtectionSubject = z.infer<typeof protectionSubjectSchema>;

export const protectionLineSchema = z.object({
  subject: protectionSubjectSchema,
  /** `held`: the probe tried and could not. `unknown`: it could not try. */
  state: z.enum(['held', 'not-held', 'unknown']),
  /** What held it (bubblewrap, own user, cgroup, prlimit, watching), or why it did not. */
  how: factSchema(200),
});
export type ProtectionLine = z.infer<typeof protectionLineSchema>;

/** What a machine's protection was measured to be, by a probe job inside the very sandbox jobs run in. */
export const protectionSchema = z.object({
  ts: timestampSchema,
  level: protectionLevelSchema,
  lines: z.array(protectionLineSchema).max(protectionSubjects.length),
  /** Why something that could protect it does not: sentences for the machine's owner. */
  notes: z.array(factSchema(400)).max(10),
});
export type Protection = z.infer<typeof protectionSchema>;

const basicSubjects: readonly ProtectionSubject[] = ['agent-key', 'other-jobs', 'outside-files'];

/**
 * `strong` where every line held; `basic` where at least the agent's key, other jobs and the machine's files did;
 * else `none`. What could not be tried does not count as held.
 */
export function protectionLevel(lines: readonly ProtectionLine[]): ProtectionLevel {
  const held = new Set(lines.filter(({ state }) => state === 'held').map(({ subject }) => subject));
  if (protectionSubjects.every((subject) => held.has(subject))) return 'strong';
  return basicSubjects.every((subject) => held.has(subject)) ? 'basic' : 'none';
}

/** Whether a machine with `offered` will do for a job that needs `needed`. */
export function protectsEnough(offered: ProtectionLevel, needed: ProtectionLevel): boolean {
  return protectionLevels.indexOf(offered) >= protectionLevels.indexOf(needed);
}

/** What each line means, for people. */
export const protectionWords: Readonly<Record<ProtectionSubject, string>> = {
  'agent-key': "A job cannot read this machine's key",
  'other-jobs': 'A job cannot read the files of another job',
  'outside-files': 'A job cannot write outside its own folder',
  network: 'A job reaches the network only if its app asks for it',
  processes: 'A job cannot see or stop the programs of this machine',
  'process-count': 'A job cannot start processes without end',
  memory: 'A job cannot take all the memory',
};

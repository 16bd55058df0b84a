import * as z from 'zod';
import { factSchema, timestampSchema } from '../ids.js';

/** How well a machine is protected from the jobs it runs, weakest first. */
export const protectionLevels = ['none', 'basic', 'strong'] as const;
export const protectionLevelSchema = z.enum(protectionLevels);
export type ProtectionLevel = z.infer<typeof protectionLevelSchema>;

/** What a job may ask for: `none` is what it gets anyway. */
export const protectionNeedSchema = protectionLevelSchema.exclude(['none']);
export type ProtectionNeed = z.infer<typeof protectionNeedSchema>;

/** What a job passes through on a machine: its packages are installed, its script runs, or its model is run by a warm runner. */
export const protectionStages = ['script', 'install', 'model'] as const;
export const protectionStageSchema = z.enum(protectionStages);
export type ProtectionStage = z.infer<typeof protectionStageSchema>;

/** What the agent's probe tries from inside the sandbox that jobs run in. */
export const protectionSubjects = [
  'agent-key',
  'other-jobs',
  'outside-files',
  'network',
  'own-machine',
  'processes',
  'process-count',
  'memory',
  'disk',
  'leftovers',
] as const;
export const protectionSubjectSchema = z.enum(protectionSubjects);
export type ProtectionSubject = z.infer<typeof protectionSubjectSchema>;

/**
 * What is tried at each stage. The warm runner of models serves one job after the other and so reads what jobs have; its memory
 * is watched by the agent.
 */
export const protectionTries: Readonly<Record<ProtectionStage, readonly ProtectionSubject[]>> = {
  script: protectionSubjects,
  install: ['agent-key', 'other-jobs', 'outside-files', 'network', 'processes', 'process-count', 'leftovers'],
  model: ['agent-key', 'outside-files', 'network', 'processes'],
};

const mostLines = Object.values(protectionTries).flat().length;

export const protectionLineSchema = z.object({
  /** Left out by agents from before there were any: a script's. */
  stage: protectionStageSchema.default('script'),
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
  lines: z.array(protectionLineSchema).max(mostLines),
  /** Why something that could protect it does not: sentences for the machine's owner. */
  notes: z.array(factSchema(400)).max(10),
  /** What it was measured with; it is measured again when one of them is another. */
  measuredOn: z.object({ agentVersion: factSchema(100), kernel: factSchema(200) }).optional(),
});
export type Protection = z.infer<typeof protectionSchema>;

const basicStages: readonly ProtectionStage[] = ['script', 'install'];
const basicSubjects: readonly ProtectionSubject[] = ['agent-key', 'other-jobs', 'outside-files'];

/**
 * `strong` where every line held at every stage; `basic` where at least the agent's key, other jobs and the machine's files did
 * while code of an app or of its packages runs; else `none`. What could not be tried does not count as held.
 */
export function protectionLevel(lines: readonly ProtectionLine[]): ProtectionLevel {
  const held = new Set(
    lines.filter(({ state }) => state === 'held').map(({ stage, subject }) => `${stage} ${subject}`),
  );
  const holds = (stage: ProtectionStage, subjects: readonly ProtectionSubject[]) =>
    subjects.every((subject) => held.has(`${stage} ${subject}`));
  if (protectionStages.every((stage) => holds(stage, protectionTries[stage]))) return 'strong';
  return basicStages.every((stage) => holds(stage, basicSubjects)) ? 'basic' : 'none';
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
  'own-machine': 'A job that asks for the network reaches nothing of this machine itself',
  processes: 'A job cannot see or stop the programs of this machine',
  'process-count': 'A job cannot start processes without end',
  memory: 'A job cannot take all the memory',
  disk: 'A job cannot fill the disk, not even with files it has removed',
  leftovers: 'Nothing that a job starts or leaves outlives it',
};

const networkWords: Readonly<Record<ProtectionStage, string>> = {
  script: protectionWords.network,
  install: "An installation reaches nothing but the agent's own server of packages",
  model: 'A model reaches no network',
};

/** What one line means, for people. */
export const protectionSentence = ({ stage, subject }: ProtectionLine): string =>
  subject === 'network' ? networkWords[stage] : protectionWords[subject];

/** What each stage is, for people: the head of its lines. */
export const protectionStageWords: Readonly<Record<ProtectionStage, string>> = {
  script: 'While an app runs',
  install: 'While its packages are installed',
  model: 'In the runner of ONNX models',
};

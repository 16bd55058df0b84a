import { availableParallelism, homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { decodeJoinToken, displayNameSchema, labelsSchema, MeshdeckError } from '@meshdeck/shared';
import {
  fastPathsError,
  readFastPaths,
  readNetworkInterfaces,
  refuseUnknownInterface,
} from '@meshdeck/shared/runtime';
import * as z from 'zod';
import { parseAddress } from './join/hub-address.js';

const addressSchema = z.string().transform((text, context) => {
  try {
    return parseAddress(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const tokenSchema = z.string().transform((text, context) => {
  try {
    return decodeJoinToken(text.trim());
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

/** Half of the cores: a job uses more than one thread now and then, and the machine has an owner. */
const defaultSlots = () => Math.max(1, Math.floor(availableParallelism() / 2));

function defaultName(): string {
  const name = displayNameSchema.safeParse(hostname());
  return name.success ? name.data : 'unnamed machine';
}

/** `$XDG_DATA_HOME/meshdeck/node` where that is set, `~/.meshdeck/node` otherwise. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env['XDG_DATA_HOME'];
  return xdg ? join(xdg, 'meshdeck', 'node') : join(homedir(), '.meshdeck', 'node');
}

/** Everything an agent can be told from outside, with its defaults. */
export const agentConfigSchema = z.object({
  dataFolder: z.string().min(1),
  hub: addressSchema.optional(),
  token: tokenSchema.optional(),
  interface: z.string().min(1).optional(),
  name: displayNameSchema.default(defaultName),
  slots: z.number().int().min(0).max(256).default(defaultSlots),
  labels: labelsSchema.default({}),
  mdns: z.boolean().default(true),
  /** Whether the person at this end is asked to compare the codes; undefined: where there is a terminal. */
  ask: z.boolean().optional(),
  /** Most the cache may hold; by default 10 GiB, or a fifth of the disk where that is less. */
  cacheBytes: z.number().positive().optional(),
  /** Whether apps' packages may be built from source here: what builds them is code of whoever made them. */
  sourceBuilds: z.boolean().default(false),
  /** What is done only to be quick, as `readFastPaths` takes it. */
  fastPaths: z
    .string()
    .refine((text) => readFastPaths(text) !== null, { error: `--fast-paths ${fastPathsError}.` })
    .default('on'),
  /** How long the benchmark counts. */
  benchmarkSeconds: z.number().int().min(1).max(60).default(3),
});
export type AgentConfig = z.output<typeof agentConfigSchema>;

/** What is allowed, for options whose own words would not say. */
const allowed: Partial<Record<string, string>> = {
  dataFolder: '--data needs a folder.',
  interface: '--interface needs the name or the address of a network interface.',
  name: '--name needs 1 to 80 visible characters, such as --name "bench 3".',
  slots: '--slots needs a whole number of jobs at a time from 0 to 256, such as --slots 2.',
  benchmarkSeconds: '--benchmark-seconds needs a whole number from 1 to 60.',
  labels:
    '--label needs key=value, such as --label room=lab2: a key of at most 63 letters, digits, ".", "_" or "-" that begins ' +
    'with a letter or digit, a value of at most 80 visible characters, and no more than 32 labels.',
};

/**
 * @throws MeshdeckError `invalid-config` with a sentence that names the option and what it may be; a bad token is
 * `token-invalid`
 */
export function parseAgentConfig(input: z.input<typeof agentConfigSchema>): AgentConfig {
  const parsed = agentConfigSchema.safeParse(input);
  if (parsed.success) {
    const { interface: insist } = parsed.data;
    if (insist !== undefined) refuseUnknownInterface(readNetworkInterfaces(), insist);
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const option = String(issue?.path[0] ?? 'configuration');
  const message = issue?.message ?? 'is wrong';
  if (option === 'token') throw new MeshdeckError('token-invalid', message);
  throw new MeshdeckError('invalid-config', allowed[option] ?? message);
}

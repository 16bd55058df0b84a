import { availableParallelism, homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { decodeJoinToken, displayNameSchema, labelsSchema, MeshdeckError } from '@meshdeck/shared';
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
  /** Most the cache may hold; by default 10 GiB, or a fifth of the disk where that is less. */
  cacheBytes: z.number().positive().optional(),
});
export type AgentConfig = z.output<typeof agentConfigSchema>;

/** @throws MeshdeckError `invalid-config` with a sentence naming the option; a bad token is `token-invalid` */
export function parseAgentConfig(input: z.input<typeof agentConfigSchema>): AgentConfig {
  const parsed = agentConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = String(issue?.path[0] ?? 'configuration');
  const message = issue?.message ?? 'is wrong';
  if (option === 'token') throw new MeshdeckError('token-invalid', message);
  throw new MeshdeckError('invalid-config', option === 'hub' ? message : `--${option}: ${message}`);
}

import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';

/** Whoever looks at the sign-in page must not make the hub ask more often. */
const freshMs = 10_000;

export interface ProviderState {
  /** For people; null while it answers. Asks again in the background where the answer is old. */
  problem(): string | null;
  /** Does something with the server; what goes wrong there is remembered. @throws MeshdeckError `provider-unreachable` */
  ask<T>(work: () => Promise<T>): Promise<T>;
}

/** Whether another server that vouches for people can be asked. */
export function createProviderState(options: {
  title: string;
  probe: () => Promise<unknown>;
  logger: Logger;
  now?: () => number;
}): ProviderState {
  const { title, probe, logger, now = Date.now } = options;
  const sentence = `${title} cannot be asked right now. Try again later; accounts of this hub itself still get in.`;
  let problem: string | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    askedAt = now();
    try {
      const answer = await work();
      problem = null;
      return answer;
    } catch (cause) {
      // What a provider says of a person is an answer.
      if (cause instanceof MeshdeckError) {
        problem = null;
        throw cause;
      }
      problem = sentence;
      logger.warn({ error: String(cause) }, 'identity provider cannot be asked');
      throw new MeshdeckError('provider-unreachable', sentence, { cause });
    }
  }

  return {
    ask,
    problem() {
      if (now() - askedAt >= freshMs) void ask(probe).catch(() => undefined);
      return problem;
    },
  };
}

import type { AddressInfo, Server } from 'node:net';
import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';

/**
 * Listens on the wanted port. A taken default falls back to a free one and says so; a taken port that a person
 * asked for by name is an error.
 *
 * @returns the port in use
 * @throws MeshdeckError `port-taken`
 */
export async function listenOn(options: {
  what: string;
  setting: string;
  port: number;
  named: boolean;
  listen: (port: number) => Promise<number>;
  logger: Logger;
}): Promise<number> {
  const { what, setting, port, named, listen, logger } = options;
  try {
    return await listen(port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') {
      throw new MeshdeckError(
        'port-taken',
        `This user may not listen on port ${port} (${what}). Choose one above 1023 with ${setting}.`,
        { cause: error },
      );
    }
    if (code !== 'EADDRINUSE') throw error;
    if (named) {
      throw new MeshdeckError(
        'port-taken',
        `Port ${port} (${what}) is taken by another program. Free it, or choose another with ${setting}; 0 takes a free one.`,
        { cause: error },
      );
    }
    const free = await listen(0);
    logger.warn({ wanted: port, port: free }, `default port taken; ${what} listens on a free one`);
    return free;
  }
}

/**
 * Calls that the system holds until the hub takes them; it may allow fewer. With Node's 511, a thousand machines that call at once
 * overflow it, and whoever is left out tries again a second later and more.
 */
export const listenBacklog = 4096;

/** Opens a fastify app on a port; 0 takes a free one. Resolves with the port in use. */
export async function listenHttp(
  app: {
    listen(options: { port: number; host: string; backlog: number }): Promise<string>;
    server: Server;
  },
  port: number,
  host: string,
): Promise<number> {
  await app.listen({ port, host, backlog: listenBacklog });
  return (app.server.address() as AddressInfo).port;
}

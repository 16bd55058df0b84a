import { curlPin, MeshdeckError, toFailure } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { AgentPackage, Download } from '../../enrollment/agent-package.js';
import { installPs1, refusalPs1 } from '../../enrollment/install-ps1.js';
import { againSh, installSh, refusalSh } from '../../enrollment/install-sh.js';
import type { JoinTokens } from '../../pairing/join-tokens.js';
import type { AgentApp } from '../fastify.js';

export interface JoinRouteDependencies {
  package: AgentPackage;
  tokens: Pick<JoinTokens, 'check' | 'tokenFor'>;
  hub: { name: string; fingerprint: string };
  /** Throws `too-many-requests` where that address has brought too many wrong tokens. */
  noteFailure: (address: string) => Promise<void>;
}

const paramsSchema = z.object({
  /** `ID.SECRET` */
  token: z.string().regex(/^[0-9a-z]{8}\.[A-Za-z0-9_-]{22,64}$/),
});

/** The name a machine reached us by goes back to it alone, in a script; still nothing but a name may. */
const hostPattern = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * For machines with nothing of Meshdeck yet, and so no certificate: what a good join token opens, which is the agent and
 * a script that installs it. Whoever has no such token hears why and nothing else.
 */
export function joinRoutes(app: AgentApp, dependencies: JoinRouteDependencies): void {
  const open = { config: { forAnybody: true }, schema: { hide: true } } as const;
  const file = { config: { forAnybody: true, cost: 'transfer' }, schema: { hide: true } } as const;

  async function checked(request: FastifyRequest): Promise<{ id: string; secret: string }> {
    const params = paramsSchema.safeParse(request.params);
    const [id = '', secret = ''] = params.success ? params.data.token.split('.') : [];
    try {
      dependencies.tokens.check(id, secret);
    } catch (error) {
      await dependencies.noteFailure(request.ip);
      throw error;
    }
    return { id, secret };
  }

  async function facts(request: FastifyRequest) {
    const { id, secret } = await checked(request);
    const host = request.headers.host ?? '';
    if (!hostPattern.test(host))
      throw new MeshdeckError('invalid-request', 'Ask by the hub’s address and port.');
    const { version, sha256 } = await dependencies.package.agent();
    return {
      hubName: dependencies.hub.name,
      baseUrl: `https://${host}/join/${id}.${secret}`,
      pin: curlPin(dependencies.hub.fingerprint),
      version,
      agentSha256: sha256,
      token: dependencies.tokens.tokenFor(id, secret, host),
    };
  }

  /** A shell runs whatever is answered, so a no has to be a script too. */
  const script =
    (
      make: (known: Awaited<ReturnType<typeof facts>>) => string,
      refuse: (sentence: string) => string,
      again = refuse,
    ) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store');
      try {
        return await reply.send(make(await facts(request)));
      } catch (error) {
        const { code, message } = toFailure(error);
        const status = code === 'too-many-requests' ? 429 : code === 'not-found' ? 404 : 403;
        // Its secret was right: perhaps one of the machines it let in asks.
        return reply.code(status).send((code === 'token-used-up' ? again : refuse)(message));
      }
    };

  const send = (reply: FastifyReply, file: Download) =>
    reply
      .type('application/gzip')
      .header('content-length', file.bytes)
      .header('cache-control', 'no-store')
      .send(file.open());

  app.get('/join/:token/install.sh', open, script(installSh, refusalSh, againSh));
  app.get('/join/:token/install.ps1', open, script(installPs1, refusalPs1));
  app.get('/join/:token/agent.tar.gz', file, async (request, reply) => {
    await checked(request);
    return send(reply, await dependencies.package.agent());
  });
  for (const platform of [
    'linux-x64',
    'linux-arm64',
    'darwin-x64',
    'darwin-arm64',
    'win32-x64',
    'win32-arm64',
  ]) {
    const part = async (request: FastifyRequest) => {
      await checked(request);
      const found = await dependencies.package.onnx(platform);
      if (found !== null) return found;
      throw new MeshdeckError('not-found', `This hub has no ONNX runtime for ${platform}.`);
    };
    app.get(`/join/:token/onnx-${platform}.sha256`, open, async (request, reply) =>
      reply.type('text/plain; charset=utf-8').send((await part(request)).sha256),
    );
    app.get(`/join/:token/onnx-${platform}.tar.gz`, file, async (request, reply) =>
      send(reply, await part(request)),
    );
  }
}

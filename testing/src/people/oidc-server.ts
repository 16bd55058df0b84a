import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** A real OpenID Connect provider of one's own, on a free port of loopback, with pages to sign in as any of its people. */
export interface OidcServer {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where browsers may be sent back to. */
  allow: (redirectUri: string) => void;
  /** Claims by the name they sign in with. */
  people: Map<string, Record<string, unknown>>;
  stop: () => Promise<void>;
  /** Again, on the same port. */
  start: () => Promise<void>;
}

/** `people`: claims by the name they sign in with; `codeSeconds`: how long a code of the provider holds. */
export async function startOidcServer({
  people,
  codeSeconds = 60,
}: {
  people: Record<string, Record<string, unknown>>;
  codeSeconds?: number;
}): Promise<OidcServer> {
  const known = new Map(Object.entries(people));
  const redirectUris: string[] = [];
  let server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = `http://127.0.0.1:${port}`;
  const client = { id: 'meshdeck', secret: 'a secret of the provider and the hub' };

  // `allow` comes after the hub has its port; the provider reads the client when it is asked.
  const make = () => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: redirectUris.length === 0 ? ['http://127.0.0.1/none'] : [...redirectUris],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['name', 'groups'],
      },
      cookies: { keys: ['only for tests'] },
      features: { devInteractions: { enabled: true } },
      pkce: { required: () => true },
      ttl: {
        AuthorizationCode: codeSeconds,
        Session: 600,
        Interaction: 600,
        Grant: 600,
        AccessToken: 600,
        IdToken: 600,
      },
      findAccount: (_context, id) =>
        known.has(id) ? { accountId: id, claims: () => ({ sub: id, ...known.get(id) }) } : undefined,
    });
    return provider.callback();
  };
  let handle = make();
  const serve = () => server.on('request', (request, response) => void handle(request, response));
  serve();

  async function stop(): Promise<void> {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    people: known,
    allow(redirectUri) {
      redirectUris.push(redirectUri);
      handle = make();
    },
    stop,
    async start() {
      server = createServer();
      serve();
      await new Promise((done) => server.listen(port, '127.0.0.1', () => done(null)));
    },
  };
}

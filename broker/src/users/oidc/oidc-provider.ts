import type { Logger } from 'pino';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import type { OidcSettings } from '../../config/index.js';
import type { RedirectProvider } from '../identity-provider.js';
import { createProviderState } from '../provider-state.js';
import { createKeptDiscovery } from './kept-discovery.js';
import { identityFrom, type Claims } from './oidc-identity.js';
import { notThisSignIn, refusalFrom } from './oidc-refusal.js';
import { createSealedSignIns } from './sealed-sign-in.js';

/** Signs people in by OpenID Connect: authorization code flow with PKCE, state and nonce. */
export function createOidcProvider(parts: {
  settings: OidcSettings;
  clientSecret: string | null;
  timeoutMs?: number;
  now?: () => number;
  logger: Logger;
}): RedirectProvider {
  const { settings, clientSecret, timeoutMs = 5000, now = Date.now, logger } = parts;
  const { title, issuer, clientId } = settings;
  const begun = createSealedSignIns(now);

  function discover(): Promise<Configuration> {
    const url = new URL(issuer);
    return discovery(
      url,
      clientId,
      undefined,
      clientSecret === null ? None() : ClientSecretBasic(clientSecret),
      {
        timeout: timeoutMs / 1000,
        // The configuration lets plain HTTP through on loopback only.
        ...(url.protocol === 'http:' && { execute: [allowInsecureRequests] }),
      },
    );
  }

  const configurations = createKeptDiscovery(discover, now);
  const state = createProviderState({ title, probe: configurations.ask, logger });

  return {
    id: 'oidc',
    kind: 'redirect',
    title,
    path: '/api/v1/sign-in/oidc',
    problem: state.problem,

    async begin(redirectUri, originKeyHash) {
      // Fresh: a provider that is down is told of here, not by the browser's own error page.
      const configuration = await state.ask(configurations.fresh);
      const signIn = {
        originKeyHash,
        state: randomState(),
        nonce: randomNonce(),
        codeVerifier: randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: signIn.state,
        nonce: signIn.nonce,
        code_challenge: await calculatePKCECodeChallenge(signIn.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, ticket: begun.seal(signIn) };
    },

    async finish(ticket, query) {
      const signIn = ticket === null ? null : begun.open(ticket);
      if (signIn === null) throw notThisSignIn();
      return state.ask(async () => {
        try {
          const configuration = await configurations.known();
          const tokens = await authorizationCodeGrant(
            configuration,
            new URL(`${signIn.redirectUri}?${query.toString()}`),
            {
              expectedState: signIn.state,
              expectedNonce: signIn.nonce,
              pkceCodeVerifier: signIn.codeVerifier,
              idTokenExpected: true,
            },
          );
          const token = tokens.claims();
          if (token === undefined) throw notThisSignIn();
          const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
          const info: Claims = hasUserInfo
            ? await fetchUserInfo(configuration, tokens.access_token, token.sub)
            : {};
          const identity = identityFrom(settings, token, { ...info, ...token });
          return { identity, originKeyHash: signIn.originKeyHash };
        } catch (error) {
          throw refusalFrom(error, title) ?? error;
        }
      });
    },
  };
}

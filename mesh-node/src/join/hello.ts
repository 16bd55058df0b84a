import {
  helloResponseSchema,
  meshdeckVersion,
  type HelloRequest,
  type HelloResponse,
  type Labels,
} from '@meshdeck/shared';
import { ordersAhead } from '../jobs/attempts.js';
import { callHub } from './call-hub.js';
import type { HubAddress } from './hub-address.js';
import type { TrustedTls } from './trusted-tls.js';

/** A hub to which a whole room comes back takes its time: calling again makes it do the same twice. */
const helloTimeoutMs = 15_000;

/**
 * Introduces this machine to the hub that let it in, or will for its token.
 * @throws MeshdeckError with the hub's own code (`token-invalid`, `token-used-up`, `pairing-required`, `identity-cloned`,
 * `forbidden`), or `hub-unreachable`
 */
export function sayHello(options: {
  address: HubAddress;
  tls: TrustedTls;
  hello: HelloRequest;
  signal: AbortSignal;
}): Promise<HelloResponse> {
  const { hello, ...where } = options;
  return callHub({
    ...where,
    method: 'POST',
    path: '/agent/v1/hello',
    json: hello,
    answer: helloResponseSchema,
    timeoutMs: helloTimeoutMs,
  });
}

/** What this machine runs, in every introduction. */
export const platform = `${process.platform}-${process.arch}`;

/** What a machine says of itself in every hello. */
export function helloOf(
  config: { name: string; slots: number; labels: Labels },
  instanceId: string,
): Omit<HelloRequest, 'join'> {
  return {
    instanceId,
    name: config.name,
    version: meshdeckVersion,
    platform,
    slots: config.slots,
    prefetch: ordersAhead,
    labels: config.labels,
  };
}

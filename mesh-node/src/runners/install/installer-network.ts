import type { Gateway } from '../../packages/gateway.js';
import type { ProgramNetwork, Sandbox } from '../../sandbox/sandbox.js';

/** Where an installation finds the gateway, and what network it has for that. */
export interface InstallerNetwork {
  network: ProgramNetwork;
  /** The gateway's address, with its prefix and without a slash at its end. */
  address: string;
  /** The same without the prefix. */
  origin: string;
}

const insidePort = 8099;

/**
 * Lets an installation speak to the gateway: to nothing else where it can have a network of its own, by way of loopback and
 * behind a path that nobody else knows where it cannot.
 */
export async function networkFor(gateway: Gateway, sandbox: Sandbox): Promise<InstallerNetwork> {
  if ((await sandbox.networkMissing()) === null) {
    const origin = `http://127.0.0.1:${insidePort}`;
    const listen = [{ address: '127.0.0.1', port: insidePort, host: 'packages', hostPort: 80 }];
    return {
      origin,
      address: origin + gateway.prefix,
      network: {
        plan: { listen, names: {}, ports: null, addresses: [] },
        keeper: {
          knows: () => Promise.resolve(false),
          async connect(_place, socket) {
            socket.write('ok\n');
            gateway.server.emit('connection', socket);
          },
        },
      },
    };
  }
  await new Promise<void>((resolve, reject) => {
    gateway.server.once('error', reject);
    gateway.server.listen(0, '127.0.0.1', resolve);
  });
  const bound = gateway.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('unreachable: a TCP listener has a port');
  const origin = `http://127.0.0.1:${bound.port}`;
  return { origin, address: origin + gateway.prefix, network: 'open' };
}

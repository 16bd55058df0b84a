import type { RequestListener } from 'node:http';
import { MeshdeckError, type PeopleListenerView, type ComponentState } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import { lanAddresses } from '../listening-addresses.js';
import { listenHttp } from '../ports.js';
import { createCertificateReloader, lanState, type CertificateReloader } from './certificate-reloader.js';
import type { ProvidedFiles } from './provided-certificate.js';
import { machineNames, splitName } from './lan-names.js';
import { createLanServer, type LanServer } from './lan-server.js';
import { loadSelfSignedCertificate } from './self-signed-certificate.js';

/** People's way in from the network. */
export interface HttpsListener {
  /** What it answers to beside the address a connection came in at. */
  names(): string[];
  /** An authority vouches for the certificate, so browsers may be held to HTTPS. */
  isVouchedFor(): boolean;
  /** Makes the server, not yet listening; called once. */
  open(handle: RequestListener): LanServer;
  /** Resolves with the port in use. */
  listen(port: number, host: string): Promise<number>;
  view(): PeopleListenerView;
  state(): ComponentState;
  stop(): void;
}

function givenFiles({ httpsCertificate, httpsKey }: HubConfig): ProvidedFiles | null {
  if (httpsCertificate === undefined && httpsKey === undefined) return null;
  if (httpsCertificate !== undefined && httpsKey !== undefined) {
    return { certificateFile: httpsCertificate, keyFile: httpsKey };
  }
  const [missing, there] =
    httpsKey === undefined ? ['httpsKey', 'httpsCertificate'] : ['httpsCertificate', 'httpsKey'];
  throw new MeshdeckError('invalid-config', `"${there}" needs "${missing}" beside it: give both or neither.`);
}

const withoutPatterns = (names: readonly string[]) => names.filter((name) => !name.includes('*'));

/** @throws MeshdeckError `invalid-config` where the admin's certificate cannot be used */
export async function createHttpsListener(options: {
  config: HubConfig;
  dataDir: string;
  identity: { privateKeyPem: string; fingerprint: string };
  now: () => number;
  logger: Logger;
}): Promise<HttpsListener> {
  const { config, dataDir, identity, now, logger } = options;
  const named = (config.httpsNames ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []);
  const certificate: CertificateReloader = await createCertificateReloader({
    files: givenFiles(config),
    makeOwn: (names) =>
      loadSelfSignedCertificate({ dataDir, identity, names: ownNames(withoutPatterns(names)), now: now() }),
    now,
    logger,
  });
  let opened: LanServer | null = null;
  let listening = 0;

  function ownNames(more: readonly string[]): string[] {
    const plain = named.map((entry) => splitName(entry).name.replace(/^\[|\]$/g, ''));
    return [
      ...new Set([...lanAddresses(config), ...plain, ...more, ...machineNames(), 'localhost', '127.0.0.1']),
    ];
  }

  /** Names of a given certificate that are no pattern: whoever made it out to them owns them, expired or not. */
  const certified = () => withoutPatterns(certificate.givenNames());

  const addressOf = (entry: string): string => {
    const { name, port } = splitName(entry);
    const actual = port ?? listening;
    return `https://${name}${actual === 443 ? '' : `:${actual}`}`;
  };

  return {
    names: () => [...named, ...certified(), ...machineNames()],
    isVouchedFor: () => !certificate.current().isSelfSigned,
    open(handle) {
      opened = createLanServer({ certificate, handle, logger });
      return opened;
    },
    async listen(port, host) {
      if (opened === null) throw new TypeError('open it first');
      const { server } = opened;
      listening = await listenHttp(
        {
          server,
          listen: ({ port: wanted, host: address }) =>
            new Promise((resolve, reject) => {
              server.once('error', reject);
              server.listen(wanted, address, () => {
                server.off('error', reject);
                resolve('');
              });
            }),
        },
        port,
        host,
      );
      certificate.start();
      return listening;
    },
    view() {
      const { source, fingerprint, keyFingerprint, names, validUntil, isSelfSigned } = certificate.current();
      const entries = [...named, ...certified(), ...lanAddresses(config), ...machineNames()];
      return {
        urls: [...new Set(entries.map(addressOf))],
        certificate: { source, fingerprint, keyFingerprint, names, validUntil, isSelfSigned },
      };
    },
    state: () => lanState(listening, certificate),
    stop: certificate.stop,
  };
}

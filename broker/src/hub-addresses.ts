import type { HubReady } from '@meshdeck/shared';
import type { HubConfig } from './config/index.js';
import { hubAddresses, lanAddresses, urlHost } from './listening-addresses.js';

/** Port of each listener; 0 until it listens. */
export interface Ports {
  http: number;
  tls: number;
  mqtt: number;
  sensors: number;
}

/** Where the hub is reached. */
export interface HubAddresses {
  ports: Ports;
  urls(): Pick<HubReady, 'url' | 'tls' | 'mqtt' | 'sensors' | 'people'>;
  /** `host:port` for machines, most likely first. */
  forMachines(): string[];
  /** Where people on the network open the hub; null where they cannot. */
  peopleUrl(): string | null;
}

/** The doors write their ports into it as they open. */
export function createHubAddresses(options: {
  config: HubConfig;
  /** URLs of people's door to the network; none where it is shut. */
  peopleUrls: () => string[];
}): HubAddresses {
  const { config } = options;
  const ports: Ports = { http: 0, tls: 0, mqtt: 0, sensors: 0 };
  const peopleUrl = () => options.peopleUrls()[0] ?? null;
  return {
    ports,
    peopleUrl,
    forMachines: () => hubAddresses(config, ports.tls),
    urls() {
      const people = peopleUrl();
      const host = urlHost(lanAddresses(config)[0] ?? '127.0.0.1');
      return {
        url: `http://${urlHost(config.host)}:${ports.http}`,
        tls: `https://${host}:${ports.tls}`,
        mqtt: `mqtts://${host}:${ports.mqtt}`,
        sensors: `mqtt://${host}:${ports.sensors}`,
        ...(people !== null && { people }),
      };
    },
  };
}

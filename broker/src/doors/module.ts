import type { Logger } from 'pino';
import { isNamed, type HubConfig } from '../config/index.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { HttpModule } from '../http/module.js';
import type { HttpsListener } from '../lan/index.js';
import { lanAddress } from '../listening-addresses.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import { listenOn } from '../ports.js';

/** Opens the listeners, one after the other. Those whose they are close them. */
export function createDoorsModule(options: {
  config: HubConfig;
  addresses: HubAddresses;
  http: Pick<HttpModule, 'listenPeople' | 'listenAgents'>;
  broker: Pick<MqttBroker, 'listenAgents' | 'listenSensors'>;
  lan: Pick<HttpsListener, 'listen'> | null;
  logger: Logger;
}): HubModule {
  const { config, http, broker, lan, logger } = options;
  const { ports } = options.addresses;
  const open = (
    what: string,
    setting: string,
    key: 'port' | 'tlsPort' | 'mqttPort' | 'sensorPort' | 'httpsPort',
    listen: (port: number) => Promise<number>,
  ) => listenOn({ what, setting, port: config[key], named: isNamed(config, key), listen, logger });

  return {
    name: 'doors',
    async start() {
      const host = lanAddress(config);
      ports.http = await open('HTTP', '--port', 'port', (port) => http.listenPeople(port, config.host));
      ports.tls = await open('HTTPS for machines', '--tls-port', 'tlsPort', (port) =>
        http.listenAgents(port, host),
      );
      ports.mqtt = await open('MQTT for machines', '--mqtt-port', 'mqttPort', (port) =>
        broker.listenAgents(port, host),
      );
      ports.sensors = await open('MQTT for sensors', '--sensor-port', 'sensorPort', (port) =>
        broker.listenSensors(port, host),
      );
      if (lan === null) return;
      await open('HTTPS for people', '--https-port', 'httpsPort', (port) => lan.listen(port, host));
    },
  };
}

import {
  canMakeNamespaces,
  canMountDisks,
  findChromium,
  findElectron,
  findRabbitmq,
  findSlapd,
  onPath,
} from './installed.js';

export interface Prerequisite {
  name: string;
  /** What brings it. */
  install: string;
  find: () => unknown;
  requiredInCi?: boolean;
}

/**
 * What suites need beside npm's packages. A missing one is a skip that names what to install; with CI=true it is a
 * failure where `requiredInCi`.
 */
const prerequisites: readonly Prerequisite[] = [
  { name: 'Chromium', install: 'apt-get install chromium', find: findChromium, requiredInCi: true },
  {
    name: 'RabbitMQ',
    install: 'apt-get install rabbitmq-server',
    find: findRabbitmq,
    requiredInCi: process.platform === 'linux',
  },
  {
    name: 'OpenLDAP',
    install: 'apt-get install slapd ldap-utils',
    find: findSlapd,
    requiredInCi: process.platform === 'linux',
  },
  {
    name: 'Mosquitto',
    install: 'apt-get install mosquitto mosquitto-clients',
    find: () => onPath('mosquitto_pub'),
  },
  { name: 'network namespaces', install: 'root on Linux, apt-get install iproute2', find: canMakeNamespaces },
  { name: 'disks of a size of their own', install: 'root on Linux', find: canMountDisks },
  { name: 'sysbench', install: 'apt-get install sysbench', find: () => onPath('sysbench') },
  { name: 'bubblewrap', install: 'apt-get install bubblewrap', find: () => onPath('bwrap') },
  { name: 'the Electron binary', install: 'npx install-electron', find: findElectron },
];

/** Those that are not here. */
export function missingPrerequisites(): Prerequisite[] {
  return prerequisites.filter(({ find }) => !find());
}

import { selectInterfaces, type InterfaceAddress } from './mdns.js';

/** The part of a bonjour-service instance that discovery uses; one per network interface. */
export interface Responder {
  publish(config: {
    name: string;
    type: string;
    port: number;
    txt: Record<string, string>;
    probe: boolean;
    disableIPv6: boolean;
  }): unknown;
  find(options: { type: string }): ServiceBrowser;
  unpublishAll(callback?: () => void): void;
  destroy(): void;
}

interface FoundService {
  name: string;
  port: number;
  txt?: unknown;
  referer?: { address: string };
}

interface ServiceBrowser {
  on(event: 'up' | 'down' | 'txt-update' | 'srv-update', listener: (service: FoundService) => void): unknown;
  update(): void;
  stop(): void;
}

/** What was announced on the network. `txt` is a stranger's word: parse it. `address` is where the answer came from. */
export interface Announcement {
  /** The service's instance name: the sender's id. */
  name: string;
  address: string;
  port: number;
  txt: unknown;
}

export interface MeshDiscoveryOptions {
  /** `os.networkInterfaces` */
  listInterfaces: () => Readonly<Record<string, readonly InterfaceAddress[] | undefined>>;
  /** An address or interface name to use in place of the real ones. */
  insist?: string | undefined;
  openResponder: (address: string, onError: (error: unknown) => void) => Responder;
  /** What we say of ourselves; asked again at every `announceAgain`. */
  announce: () => { name: string; type: string; port: number; txt: Record<string, string> };
  browseType: string;
  onFound: (announcement: Announcement) => void;
  onGone: (name: string) => void;
  onTrouble: (interfaceName: string, error: unknown) => void;
  /** How often interfaces are looked at and the question is asked again. */
  refreshMs?: number;
}

export interface MeshDiscovery {
  start(): void;
  /** Ask the network again now. */
  refresh(): void;
  /** Our own words changed: say them anew. */
  announceAgain(): void;
  /** Interfaces in use, by name and address. */
  interfaces(): { name: string; address: string }[];
  /** Says goodbye on every interface, then closes. */
  stop(): Promise<void>;
}

interface OpenInterface {
  name: string;
  address: string;
  responder: Responder;
  browser: ServiceBrowser;
}

/** One mDNS responder per real interface [RFC 6762 §14]; interfaces that come and go are followed. */
export function createMeshDiscovery(options: MeshDiscoveryOptions): MeshDiscovery {
  const open = new Map<string, OpenInterface>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const found = (service: FoundService) => {
    const address = service.referer?.address;
    if (address === undefined) return;
    options.onFound({ name: service.name, address, port: service.port, txt: service.txt });
  };

  const publish = (responder: Responder) =>
    responder.publish({ ...options.announce(), probe: false, disableIPv6: true });

  function openInterface(name: string, address: string): void {
    const trouble = (error: unknown) => {
      options.onTrouble(name, error);
      const broken = open.get(address);
      open.delete(address);
      broken?.responder.destroy();
    };
    try {
      const responder = options.openResponder(address, trouble);
      const browser = responder.find({ type: options.browseType });
      for (const event of ['up', 'txt-update', 'srv-update'] as const) browser.on(event, found);
      browser.on('down', (service) => options.onGone(service.name));
      open.set(address, { name, address, responder, browser });
      publish(responder);
    } catch (error) {
      trouble(error);
    }
  }

  function close(entry: OpenInterface): Promise<void> {
    open.delete(entry.address);
    entry.browser.stop();
    return new Promise((resolve) => {
      entry.responder.unpublishAll(() => {
        entry.responder.destroy();
        resolve();
      });
    });
  }

  function followInterfaces(): void {
    const wanted = selectInterfaces(options.listInterfaces(), options.insist);
    for (const entry of [...open.values()]) {
      if (!wanted.some(({ address }) => address === entry.address)) void close(entry);
    }
    for (const { name, address } of wanted) if (!open.has(address)) openInterface(name, address);
  }

  function refresh(): void {
    for (const { browser } of open.values()) browser.update();
  }

  return {
    start() {
      followInterfaces();
      timer = setInterval(() => {
        followInterfaces();
        refresh();
      }, options.refreshMs ?? 10_000);
    },
    refresh,
    announceAgain() {
      for (const { responder } of open.values()) {
        responder.unpublishAll(() => publish(responder));
      }
    },
    interfaces: () => [...open.values()].map(({ name, address }) => ({ name, address })),
    async stop() {
      clearInterval(timer);
      await Promise.all([...open.values()].map(close));
    },
  };
}

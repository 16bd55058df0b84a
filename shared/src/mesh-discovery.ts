import { createExpiringBrowser, type FoundService, type ServiceBrowser } from './expiring-browser.js';
import { createLiveness } from './liveness.js';
import { onMdnsSocketError } from './mdns-socket.js';
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
  /** Errors of its socket are heard here; `onError` is for those it hands to its maker. */
  openResponder: (address: string, onError: (error: unknown) => void) => Responder;
  /** What we say of ourselves; asked again at every `announceAgain`. */
  announce: () => { name: string; type: string; port: number; txt: Record<string, string> };
  browseType: string;
  onFound: (announcement: Announcement) => void;
  /** It said goodbye, or has been silent for several rounds of asking. */
  onGone: (name: string) => void;
  /** An interface cannot be used; told once until it changes, tried again at every refresh. */
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

/** bonjour-service reads an empty value, `hub=` [RFC 6763 §6.4], as a key of that spelling with nothing to it. */
function withEmptyValues(txt: unknown): unknown {
  if (typeof txt !== 'object' || txt === null) return txt;
  return Object.fromEntries(
    Object.entries(txt).map(([key, value]: [string, unknown]) =>
      value === undefined && key.endsWith('=') ? [key.slice(0, -1), ''] : [key, value],
    ),
  );
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
  const troubles = new Map<string, string>();
  const liveness = createLiveness();
  let timer: ReturnType<typeof setInterval> | undefined;

  const found = (service: FoundService) => {
    const address = service.referer?.address;
    if (address === undefined) return;
    liveness.heard(service.name);
    options.onFound({ name: service.name, address, port: service.port, txt: withEmptyValues(service.txt) });
  };
  const gone = ({ name }: FoundService) => {
    if (liveness.left(name)) options.onGone(name);
  };

  const publish = (responder: Responder) =>
    responder.publish({ ...options.announce(), probe: false, disableIPv6: true });

  function openInterface(name: string, address: string): void {
    let broken = false;
    let responder: Responder | undefined;
    const trouble = (error: unknown) => {
      if (broken) return;
      broken = true;
      if (open.get(address)?.responder === responder) open.delete(address);
      responder?.destroy();
      const words = String(error);
      if (troubles.get(address) === words) return;
      troubles.set(address, words);
      options.onTrouble(name, error);
    };
    try {
      const opened = options.openResponder(address, trouble);
      responder = opened;
      onMdnsSocketError(opened, trouble);
      const browser = createExpiringBrowser(() => opened.find({ type: options.browseType }));
      for (const event of ['up', 'txt-update', 'srv-update'] as const) browser.on(event, found);
      browser.on('down', gone);
      open.set(address, { name, address, responder: opened, browser });
      publish(opened);
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

  function ask(): void {
    for (const { browser } of open.values()) browser.update();
  }

  return {
    start() {
      followInterfaces();
      timer = setInterval(() => {
        followInterfaces();
        liveness.nextRound().forEach(options.onGone);
        ask();
      }, options.refreshMs ?? 10_000);
    },
    refresh: ask,
    announceAgain() {
      for (const { responder } of open.values()) {
        // Both at once: whoever asks in between would hear nothing.
        responder.unpublishAll();
        publish(responder);
      }
    },
    interfaces: () => [...open.values()].map(({ name, address }) => ({ name, address })),
    async stop() {
      clearInterval(timer);
      await Promise.all([...open.values()].map(close));
    },
  };
}

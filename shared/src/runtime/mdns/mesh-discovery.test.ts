import { expect, it, onTestFinished, vi } from 'vitest';
import { refuseUnknownInterface } from './known-interface.js';
import { createMeshDiscovery, type Responder } from './mesh-discovery.js';

type Browser = ReturnType<Responder['find']>;
type Listener = Parameters<Browser['on']>[1];

const refreshMs = 1000;
const lan = {
  lo: [{ address: '127.0.0.1', family: 'IPv4', internal: true, mac: '00:00:00:00:00:00' }],
  eth0: [{ address: '10.0.0.5', family: 'IPv4', internal: false, mac: '02:00:00:00:00:01' }],
};

/** A responder as bonjour-service behaves: a browser tells of a service once, and says nothing where it moved. */
function responder() {
  const said: string[] = [];
  const socketListeners: ((error: unknown) => void)[] = [];
  const browsers: { tell: (event: string, name: string, address: string) => void }[] = [];
  const tellAll = (event: string, name: string, address: string) =>
    browsers.forEach(({ tell }) => tell(event, name, address));
  return {
    said,
    breakSocket: (error: unknown) => socketListeners.forEach((listener) => listener(error)),
    /** The service answers whoever asks now. */
    answer: (name: string, address: string) => tellAll('up', name, address),
    goodbye: (name: string) => tellAll('down', name, ''),
    server: {
      mdns: { on: (_event: string, listener: (error: unknown) => void) => socketListeners.push(listener) },
    },
    publish: () => said.push('published'),
    unpublishAll: (done?: () => void) => {
      said.push('unpublished');
      if (done !== undefined) setTimeout(done, 500);
    },
    destroy: () => said.push('destroyed'),
    find(): Browser {
      const known = new Set<string>();
      const listeners: { event: string; listener: Listener }[] = [];
      browsers.push({
        tell(event, name, address) {
          if (known.has(name) === (event === 'up')) return;
          known.add(name);
          for (const each of listeners) {
            if (each.event === event) each.listener({ name, port: 7421, txt: {}, referer: { address } });
          }
        },
      });
      return {
        on: (event, listener) => listeners.push({ event, listener }),
        update: () => undefined,
        stop: () => listeners.splice(0),
      };
    },
  };
}

function discovering() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const opened: ReturnType<typeof responder>[] = [];
  const found: string[] = [];
  const gone: string[] = [];
  const troubles: string[] = [];
  const discovery = createMeshDiscovery({
    listInterfaces: () => lan,
    openResponder: () => {
      const next = responder();
      opened.push(next);
      return next;
    },
    announce: () => ({ name: 'us', type: 'meshdeck', port: 7421, txt: {} }),
    browseType: 'meshdeck-node',
    onFound: ({ name, address }) => found.push(`${name} at ${address}`),
    onGone: (name) => gone.push(name),
    onTrouble: (name, error) => troubles.push(`${name}: ${String(error)}`),
    refreshMs,
  });
  discovery.start();
  const last = () => {
    const newest = opened.at(-1);
    if (newest === undefined) throw new Error('no responder was opened');
    return newest;
  };
  return { discovery, opened, found, gone, troubles, last };
}

it('hears a service again that answers from another address', () => {
  const { last, found } = discovering();
  last().answer('machine', '10.0.0.7');
  last().answer('machine', '10.0.0.8');
  expect(found).toEqual(['machine at 10.0.0.7']);
  vi.advanceTimersByTime(refreshMs);
  last().answer('machine', '10.0.0.8');
  expect(found).toEqual(['machine at 10.0.0.7', 'machine at 10.0.0.8']);
});

it('hears a goodbye that comes while it asks anew', () => {
  const { discovery, last, gone } = discovering();
  last().answer('machine', '10.0.0.7');
  discovery.refresh();
  last().goodbye('machine');
  expect(gone).toEqual(['machine']);
});

it('tells of a goodbye at once, and of one who went silent after some rounds, each once', () => {
  const { last, gone } = discovering();
  last().answer('polite', '10.0.0.7');
  last().answer('silent', '10.0.0.8');
  last().answer('present', '10.0.0.9');
  last().goodbye('polite');
  expect(gone).toEqual(['polite']);
  for (let round = 0; round < 20; round++) {
    vi.advanceTimersByTime(refreshMs);
    last().answer('present', '10.0.0.9');
  }
  expect(gone).toEqual(['polite', 'silent']);
});

it('outlives a socket that cannot have its port: says so once, and tries again', () => {
  const { opened, last, troubles } = discovering();
  const taken = new Error('bind EADDRINUSE 0.0.0.0:5353');
  last().breakSocket(taken);
  last().breakSocket(taken);
  expect(last().said).toEqual(['published', 'destroyed']);
  vi.advanceTimersByTime(refreshMs);
  expect(opened).toHaveLength(2);
  last().breakSocket(taken);
  expect(troubles).toEqual([`eth0: ${String(taken)}`]);
  vi.advanceTimersByTime(refreshMs);
  expect(last().said).toEqual(['published']);
});

it('is never unpublished while it says its words anew', () => {
  const { discovery, last } = discovering();
  discovery.announceAgain();
  expect(last().said).toEqual(['published', 'unpublished', 'published']);
});

it('refuses an interface that is not there, naming those that are', () => {
  expect(() => refuseUnknownInterface(lan, 'eth99')).toThrow(
    'This machine has no network interface "eth99". It has lo (127.0.0.1), eth0 (10.0.0.5).',
  );
  expect(() => refuseUnknownInterface(lan, 'eth0')).not.toThrow();
  expect(() => refuseUnknownInterface(lan, '127.0.0.1')).not.toThrow();
});

import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from './fixture-roots.js';
import { parseNetDev, readCounters } from './network-counters.js';
import { createNetworkCollector } from './network.js';
import { systemRoots } from './system-roots.js';

function netDev(counters: Readonly<Record<string, readonly [number, number]>>): string {
  const lines = Object.entries(counters).map(
    ([name, [rx, tx]]) => `${name}: ${rx} 1 0 0 0 0 0 0 ${tx} 1 0 0 0 0 0 0`,
  );
  return ['Inter-|   Receive  |  Transmit', ' face |bytes packets |bytes packets', ...lines, ''].join('\n');
}

function setUp(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots(files);
  onTestFinished(roots.remove);
  let nowMs = 0;
  const collector = createNetworkCollector({ roots, now: () => nowMs });
  return {
    collect: () => collector.collect(),
    after(elapsedMs: number, counters: Parameters<typeof netDev>[0]) {
      nowMs += elapsedMs;
      roots.write({ 'proc/net/dev': netDev(counters) });
      return collector.collect();
    },
  };
}

test('adds up the physical interfaces and leaves bridges and loopback out', async () => {
  const { collect, after } = setUp({
    'sys/class/net/lo/type': '772',
    'sys/class/net/docker0/bridge/x': '',
    'sys/class/net/eth0/device/vendor': '0x1',
    'sys/class/net/wlan0/device/vendor': '0x1',
    'proc/net/dev': netDev({ lo: [5, 5], docker0: [7, 7], eth0: [1000, 100], wlan0: [0, 0] }),
  });
  expect(await collect()).toEqual({ networkRxBytesPerSecond: null, networkTxBytesPerSecond: null });
  const busy = { lo: [9e6, 9e6], docker0: [9e6, 9e6], eth0: [5000, 300], wlan0: [2000, 600] } as const;
  expect(await after(2000, busy)).toEqual({ networkRxBytesPerSecond: 3000, networkTxBytesPerSecond: 400 });
});

test('counts the virtual link inside a container, which has no device', async () => {
  const { collect, after } = setUp({
    'sys/class/net/lo/type': '772',
    'sys/class/net/eth0/type': '1',
    'proc/net/dev': netDev({ lo: [0, 0], eth0: [0, 0] }),
  });
  await collect();
  expect(await after(1000, { lo: [50, 50], eth0: [10, 20] })).toEqual({
    networkRxBytesPerSecond: 10,
    networkTxBytesPerSecond: 20,
  });
});

test('invents no spike when a counter restarts or a card is plugged in', async () => {
  const { collect, after } = setUp({
    'sys/class/net/eth0/device/vendor': '1',
    'sys/class/net/usb0/device/vendor': '1',
    'proc/net/dev': netDev({ eth0: [5e9, 5e9] }),
  });
  await collect();
  expect(await after(1000, { eth0: [100, 100], usb0: [7e9, 7e9] })).toEqual({
    networkRxBytesPerSecond: 0,
    networkTxBytesPerSecond: 0,
  });
});

test('is null where nothing can be counted', async () => {
  const { collect } = setUp({});
  expect(await collect()).toEqual({ networkRxBytesPerSecond: null, networkTxBytesPerSecond: null });
});

test.runIf(process.platform === 'linux')('sees real traffic in the counters of this machine', async () => {
  const loopback = () => readCounters(systemRoots).find((entry) => entry.name === 'lo')?.rxBytes ?? NaN;
  const before = loopback();
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1').end(Buffer.alloc(300_000));
  await once(socket, 'close');
  expect(loopback() - before).toBeGreaterThanOrEqual(300_000);
});

test('reads names that touch their first number', () => {
  expect(parseNetDev('h\nh\n  eth0:123 1 0 0 0 0 0 0 456 0\n')).toEqual([
    { name: 'eth0', rxBytes: 123, txBytes: 456 },
  ]);
});

import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from '../collectors/fixture-roots.js';
import { listInterfaces } from './interfaces.js';
import { readLinuxHardware } from './linux-hardware.js';
import { parseOsRelease } from './linux-os.js';
import { readPortableHardware } from './portable-hardware.js';
import { readTimezone } from './timezone.js';

function fixture(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots(files);
  onTestFinished(roots.remove);
  return roots;
}

const read = (files: Readonly<Record<string, string>>) => readLinuxHardware(fixture(files), { PATH: '' });

test('describes a desktop', async () => {
  const hardware = await read({
    'etc/os-release': 'NAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.1 LTS (Noble Numbat)"\n',
    'proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme sse2\n',
    'sys/class/dmi/id/sys_vendor': 'LENOVO\n',
    'sys/class/dmi/id/product_name': 'ThinkStation P3\n',
    'sys/devices/system/cpu/cpu0/topology/thread_siblings_list': '0-1\n',
    'sys/devices/system/cpu/cpu1/topology/thread_siblings_list': '0-1\n',
    'sys/devices/system/cpu/cpufreq/x': '',
    'sys/block/nvme0n1/size': '1000215216\n',
    'sys/block/nvme0n1/device/model': 'Samsung SSD 980\n',
    'sys/block/sda/size': '7814037168\n',
    'sys/block/sda/queue/rotational': '1\n',
    'sys/block/sdb/size': '0\n',
    'sys/block/loop0/size': '1000\n',
    'sys/class/net/enp3s0/device/vendor': '1',
    'sys/class/net/wlp2s0/device/vendor': '1',
    'sys/class/net/wlp2s0/phy80211/index': '0',
    'sys/class/net/docker0/bridge/id': '1',
    'sys/class/net/wg0/type': '1',
    'sys/class/drm/card0/device/vendor': '0x8086\n',
    'sys/class/drm/card0/device/device': '0x4680\n',
  });
  expect(hardware).toMatchObject({
    osName: 'Ubuntu',
    osVersion: '24.04.1 LTS (Noble Numbat)',
    coresPhysical: 1,
    machineModel: 'LENOVO ThinkStation P3',
    virtual: false,
    disks: [
      { name: 'Samsung SSD 980 (nvme0n1)', sizeBytes: 1000215216 * 512, type: 'nvme' },
      { name: 'sda', sizeBytes: 7814037168 * 512, type: 'hdd' },
    ],
    gpus: [{ name: 'Intel GPU 0x4680', memoryTotalBytes: null }],
  });
  expect(Object.fromEntries(hardware.interfaceKinds)).toEqual({
    docker0: 'bridge',
    enp3s0: 'ethernet',
    wg0: 'virtual',
    wlp2s0: 'wifi',
  });
});

test('describes a Raspberry Pi', async () => {
  const hardware = await read({
    'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
    'proc/device-tree/compatible': 'raspberrypi,4-model-b\0brcm,bcm2711\0',
    'sys/block/mmcblk0/size': '62333952\n',
    'sys/block/mmcblk0boot0/size': '8192\n',
  });
  expect(hardware.machineModel).toBe('Raspberry Pi 4 Model B Rev 1.4');
  expect(hardware.virtual).toBe(false);
  expect(hardware.disks.map((disk) => disk.type)).toEqual(['flash']);
});

test.each([
  ['the processor says so', { 'proc/cpuinfo': 'flags : fpu hypervisor sse\n' }, true],
  ['the firmware says so', { 'sys/class/dmi/id/sys_vendor': 'QEMU\n' }, true],
  ['nothing tells', {}, null],
])('knows a virtual machine: %s', async (_when, files, expected) => {
  expect((await read(files)).virtual).toBe(expected);
});

test('takes the blanks of board makers for nothing', async () => {
  const files = {
    'sys/class/dmi/id/sys_vendor': 'To Be Filled By O.E.M.\n',
    'sys/class/dmi/id/product_name': 'System Product Name\n',
  };
  expect((await read(files)).machineModel).toBeNull();
});

test('reads quoted, bare and escaped values of os-release', () => {
  const release = parseOsRelease('# c\nNAME=\'Arch Linux\'\nBUILD_ID=rolling\nX="a \\"b\\""\nbad line\n');
  expect(Object.fromEntries(release)).toEqual({ NAME: 'Arch Linux', BUILD_ID: 'rolling', X: 'a "b"' });
});

test('lists real interfaces first, without loopback', () => {
  const entry = { netmask: '', mac: '02:00:00:00:00:01', internal: false, cidr: null } as const;
  const listed = listInterfaces(
    new Map([
      ['eth0', 'ethernet'],
      ['docker0', 'bridge'],
    ]),
    {
      lo: [{ ...entry, family: 'IPv4', address: '127.0.0.1', internal: true }],
      docker0: [{ ...entry, family: 'IPv4', address: '172.17.0.1' }],
      eth0: [
        { ...entry, family: 'IPv4', address: '192.168.1.5' },
        { ...entry, family: 'IPv6', address: 'fe80::1', scopeid: 2 },
      ],
    },
  );
  expect(listed).toEqual([
    { name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.168.1.5'], kind: 'ethernet' },
    { name: 'docker0', mac: '02:00:00:00:00:01', addresses: ['172.17.0.1'], kind: 'bridge' },
  ]);
});

test('reads the time zone from the environment, then from the system', async () => {
  const roots = fixture({ 'etc/timezone': 'Europe/Berlin\n' });
  expect(await readTimezone(roots, { TZ: ':Asia/Kolkata' })).toBe('Asia/Kolkata');
  expect(await readTimezone(roots, {})).toBe('Europe/Berlin');
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  expect(await readTimezone(fixture({ 'etc/timezone': 'not a zone!\n' }), {})).toBe(timeZone);
});

test('systeminformation answers the same questions from its child', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => void lines.push(line) });
  const hardware = await readPortableHardware(logger);
  expect(lines).toEqual([]);
  expect(hardware.osName).not.toBe('');
  expect(hardware.coresPhysical).toBeGreaterThan(0);
  expect(hardware.interfaceKinds.size).toBeGreaterThan(0);
});

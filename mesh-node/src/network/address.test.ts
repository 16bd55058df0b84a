import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { placeOf } from './address.js';

const nobody = new Set<string>();

it.each([
  ['8.8.8.8', 'internet'],
  ['93.184.216.34', 'internet'],
  ['172.15.255.255', 'internet'],
  ['172.32.0.1', 'internet'],
  ['100.63.255.255', 'internet'],
  ['2606:2800:220:1:248:1893:25c8:1946', 'internet'],
  ['::ffff:8.8.8.8', 'internet'],
  ['10.0.0.1', 'local-network'],
  ['172.16.0.1', 'local-network'],
  ['172.31.255.255', 'local-network'],
  ['192.168.1.20', 'local-network'],
  ['100.100.100.200', 'local-network'],
  ['fd00:ec2::254', 'local-network'],
  ['::ffff:192.168.1.1', 'local-network'],
  ['::ffff:c0a8:101', 'local-network'],
  ['127.0.0.1', 'machine'],
  ['127.255.0.9', 'machine'],
  ['0.0.0.0', 'machine'],
  ['0.1.2.3', 'machine'],
  ['::1', 'machine'],
  ['::', 'machine'],
  ['0:0:0:0:0:0:0:1', 'machine'],
  ['::ffff:127.0.0.1', 'machine'],
  ['::ffff:7f00:1', 'machine'],
  ['::127.0.0.1', 'machine'],
  ['64:ff9b::7f00:1', 'machine'],
  ['2002:7f00:1::', 'machine'],
  ['169.254.169.254', 'link'],
  ['::ffff:169.254.169.254', 'link'],
  ['64:ff9b::a9fe:a9fe', 'link'],
  ['168.63.129.16', 'link'],
  ['fe80::1', 'link'],
  ['fe80::1%eth0', 'link'],
  ['febf::1', 'link'],
  ['192.0.0.192', 'nowhere'],
  ['224.0.0.251', 'nowhere'],
  ['255.255.255.255', 'nowhere'],
  ['240.0.0.1', 'nowhere'],
  ['ff02::1', 'nowhere'],
  ['2001:db8::1', 'nowhere'],
  ['2001::1', 'nowhere'],
  ['64:ff9b:1::1', 'nowhere'],
  ['5f00::1', 'nowhere'],
  ['example.org', 'nowhere'],
  ['127.1', 'nowhere'],
  ['', 'nowhere'],
])('%s leads to %s', (address, place) => {
  expect(placeOf(address, nobody)).toBe(place);
});

it('takes every address of its own interfaces for this machine, in any form', () => {
  for (const each of Object.values(networkInterfaces()))
    for (const { address } of each ?? []) expect(placeOf(address)).toBe('machine');
  expect(placeOf('::ffff:192.168.1.5', new Set(['192.168.1.5']))).toBe('machine');
});

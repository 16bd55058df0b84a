import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPacketScanner, type PacketLimits } from './packet-scanner.js';

const limits: PacketLimits = { packetBytes: 1000, connectBytes: 100, unreleased: 3 };
const all = { packets: Infinity, bytes: Infinity };

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(length / 128);
    bytes.push((length % 128) | (rest > 0 ? 0x80 : 0));
    length = rest;
  } while (length > 0);
  return bytes;
}
const packet = (body: number) =>
  Buffer.concat([Buffer.from([0x30, ...lengthBytes(body)]), Buffer.alloc(body, 0x31)]);

it('finds every packet and where each ends, however they are cut and however few may pass at a time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 990 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 300 }),
      (bodies, cut, mostPackets, mostBytes) => {
        const scanner = createPacketScanner(limits);
        const packets = [packet(20), ...bodies.map(packet)];
        const bytes = Buffer.concat(packets);
        const ends = packets.map((_, index) =>
          packets.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0),
        );
        let found = 0;
        for (let from = 0; from < bytes.length; from += cut) {
          const chunk = bytes.subarray(from, from + cut);
          let at = 0;
          while (at < chunk.length) {
            const scanned = scanner.scan(chunk, at, { packets: mostPackets, bytes: mostBytes });
            expect(scanned.excess).toBeNull();
            expect(scanned.packets).toBeLessThanOrEqual(mostPackets);
            expect(scanned.end - at).toBeLessThanOrEqual(mostBytes);
            expect(scanned.end).toBeGreaterThan(at);
            if (scanned.whole > at) expect(ends).toContain(from + scanned.whole);
            expect(ends.some((end) => end > from + scanned.whole && end <= from + scanned.end)).toBe(false);
            found += scanned.packets;
            at = scanned.end;
          }
        }
        expect(found).toBe(packets.length);
      },
    ),
  );
});

it('stops a packet that is too large at its header, before its body comes', () => {
  const scanner = createPacketScanner(limits);
  expect(scanner.scan(packet(20), 0, all).excess).toBeNull();
  expect(scanner.scan(packet(2000).subarray(0, 3), 0, all).excess).toBe('packet too large');
});

it('gives a stranger’s first packet little room', () => {
  const scanner = createPacketScanner(limits);
  expect(scanner.scan(packet(200).subarray(0, 3), 0, all).excess).toBe('packet too large');
});

it('knows a length that is none', () => {
  const scanner = createPacketScanner(limits);
  expect(scanner.scan(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]), 0, all).excess).toBe(
    'malformed length',
  );
});

it('bears only so many messages that are never released, which the broker has to keep', () => {
  const publish = Buffer.from([0x34, 5, 0, 1, 0x61, 0, 1]);
  const releases = Buffer.from([0x62, 2, 0, 1]);
  const good = createPacketScanner(limits);
  for (let round = 0; round < 10; round += 1) {
    const rounds = Buffer.concat([publish, publish, releases, releases]);
    expect(good.scan(rounds, 0, all).excess).toBeNull();
  }
  const bad = createPacketScanner(limits);
  for (let message = 0; message < 3; message += 1) expect(bad.scan(publish, 0, all).excess).toBeNull();
  expect(bad.scan(publish, 0, all).excess).toBe('too many messages without their release');
});

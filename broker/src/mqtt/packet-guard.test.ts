import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guardPackets, type PacketLimits } from './packet-guard.js';

const limits: PacketLimits = {
  packetBytes: 1000,
  connectBytes: 100,
  perSecond: 10,
  burst: 50,
  unreleased: 3,
};

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

function guarded(change: Partial<PacketLimits> = {}) {
  let time = 0;
  const reasons: string[] = [];
  const stream = new PassThrough();
  guardPackets({
    stream,
    limits: { ...limits, ...change },
    now: () => time,
    onExcess: (reason) => reasons.push(reason),
  });
  return {
    reasons,
    send: (bytes: Buffer) => stream.emit('data', bytes),
    advance: (ms: number) => (time += ms),
  };
}

it('lets packets within the limits pass, however they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 990 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 700 }),
      (bodies, cut) => {
        const { reasons, send } = guarded();
        const bytes = Buffer.concat([packet(20), ...bodies.map(packet)]);
        for (let at = 0; at < bytes.length; at += cut) send(bytes.subarray(at, at + cut));
        expect(reasons).toEqual([]);
      },
    ),
  );
});

it('stops a packet that is too large at its header, before its body comes', () => {
  const { reasons, send } = guarded();
  send(packet(20));
  send(packet(2000).subarray(0, 3));
  expect(reasons).toEqual(['packet too large']);
  send(Buffer.alloc(500));
  expect(reasons).toHaveLength(1);
});

it('gives a stranger’s first packet little room', () => {
  const { reasons, send } = guarded();
  send(packet(200).subarray(0, 3));
  expect(reasons).toEqual(['packet too large']);
});

it('knows a length that is none', () => {
  const { reasons, send } = guarded();
  send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]));
  expect(reasons).toEqual(['malformed length']);
});

it('allows a burst, then a rate', () => {
  const { reasons, send, advance } = guarded();
  for (let count = 0; count < 50; count += 1) send(packet(1));
  expect(reasons).toEqual([]);
  advance(1000);
  for (let count = 0; count < 10; count += 1) send(packet(1));
  expect(reasons).toEqual([]);
  send(packet(1));
  expect(reasons).toEqual(['too many packets']);
});

it('bears only so many messages that are never released, which the broker has to keep', () => {
  const publish = Buffer.from([0x34, 5, 0, 1, 0x61, 0, 1]);
  const releases = Buffer.from([0x62, 2, 0, 1]);
  const good = guarded();
  for (let round = 0; round < 10; round += 1)
    good.send(Buffer.concat([publish, publish, releases, releases]));
  expect(good.reasons).toEqual([]);
  const bad = guarded();
  for (let message = 0; message < 3; message += 1) bad.send(publish);
  expect(bad.reasons).toEqual([]);
  bad.send(publish);
  expect(bad.reasons).toEqual(['too many messages without their release']);
});

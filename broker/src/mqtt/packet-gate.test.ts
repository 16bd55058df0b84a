import { PassThrough, type Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createActivity } from '../fairness/activity.js';
import { createRate, type Rate } from '../fairness/rate.js';
import { createTurns, type Turns } from '../fairness/turns.js';
import { PacketGate } from './packet-gate.js';

const many = { perSecond: 1e9, burst: 1e9 };
const now = () => performance.now();
const packet = (body: string) => {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from([0x30, bytes.length]), bytes]);
};

function openGate(change: { packets?: Rate; turns?: Turns } = {}) {
  const source: Duplex = new PassThrough();
  const reasons: string[] = [];
  const gate = new PacketGate({
    source,
    limits: { packetBytes: 100_000, connectBytes: 100_000, unreleased: 20 },
    turns: change.turns ?? createTurns(),
    activity: createActivity(),
    key: 'me',
    rates: { packets: change.packets ?? createRate(many, now), bytes: createRate(many, now) },
    onExcess: (reason) => reasons.push(reason),
  });
  onTestFinished(() => void gate.destroy());
  const slices: Buffer[] = [];
  gate.on('data', (slice: Buffer) => slices.push(slice));
  return { source, gate, reasons, slices, passed: () => Buffer.concat(slices) };
}

it('lets every byte through in order, however it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 100, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 9000 }),
      async (bodies, cut) => {
        const { source, passed } = openGate();
        const bytes = Buffer.concat(bodies.map(packet));
        for (let at = 0; at < bytes.length; at += cut) {
          source.write(bytes.subarray(at, at + cut));
          if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await vi.waitFor(() => expect(passed().equals(bytes)).toBe(true), { interval: 2 });
      },
    ),
    { numRuns: 40 },
  );
});

it('hands on what is whole of what came, and gathers the crumbs of the rest', async () => {
  const { source, slices, passed } = openGate();
  const whole = packet('whole');
  const rest = Buffer.concat([Buffer.from([0x30, 0xe8, 0x07]), Buffer.alloc(1000, 0x31)]);
  source.write(Buffer.concat([whole, rest.subarray(0, 2)]));
  await vi.waitFor(() => expect(passed().equals(whole)).toBe(true));
  for (const byte of rest.subarray(2)) {
    source.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(passed().equals(Buffer.concat([whole, rest]))).toBe(true));
  expect(slices).toHaveLength(2);
});

it('lets others have their turn between slices of what came together', async () => {
  const turns = createTurns({ sliceMs: 0 });
  const flood = openGate({ turns });
  const other = openGate({ turns });
  let slicesBefore = -1;
  other.gate.once('data', () => (slicesBefore = flood.slices.length));
  flood.gate.once('data', () => other.source.write(packet('y')));
  flood.source.write(Buffer.concat(Array.from({ length: 6000 }, () => packet('x'.repeat(30)))));
  await vi.waitFor(() => expect(slicesBefore).toBeGreaterThan(0), { interval: 1 });
  expect(slicesBefore).toBeLessThan(10);
  await vi.waitFor(() => expect(flood.passed()).toHaveLength(6000 * 32));
});

it('holds back what comes faster than its rate, and loses nothing', async () => {
  let time = 0;
  const packets = createRate({ perSecond: 200, burst: 50 }, () => time);
  const { source, passed, reasons } = openGate({ packets });
  const bytes = Buffer.concat(Array.from({ length: 100 }, () => packet('abc')));
  source.write(bytes);
  await vi.waitFor(() => expect(passed()).toHaveLength(50 * 5));
  time = 100;
  await vi.waitFor(() => expect(passed()).toHaveLength(70 * 5));
  time = 1000;
  await vi.waitFor(() => expect(passed().equals(bytes)).toBe(true));
  expect(reasons).toEqual([]);
});

it('ends with its connection, and its connection with it', async () => {
  const { source, gate } = openGate();
  gate.destroy();
  await vi.waitFor(() => expect(source.destroyed).toBe(true));
  const other = openGate();
  other.source.destroy();
  await vi.waitFor(() => expect(other.gate.destroyed).toBe(true));
});

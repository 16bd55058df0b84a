import type { Metrics } from '@meshdeck/shared';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MachineMetrics } from '../collectors/index.js';
import { createHeartbeat } from './heartbeat.js';

const measured = { ts: 1, sequence: 1, freeCpuPercent: 50 } as MachineMetrics;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function beating() {
  const sent: Metrics[] = [];
  const heartbeat = createHeartbeat({
    collect: async () => measured,
    slots: () => ({ slotsBusy: 0, slotsTotal: 1 }),
    send: async (metrics) => sent.push(metrics) > 0,
    logger: pino({ level: 'silent' }),
  });
  heartbeat.start();
  return { heartbeat, sent };
}

it('beats at once and every two seconds until the hub asks for another pace', async () => {
  const { heartbeat, sent } = beating();
  await vi.advanceTimersByTimeAsync(4000);
  expect(sent).toHaveLength(3);
  heartbeat.pace(10_000);
  await vi.advanceTimersByTimeAsync(9999);
  expect(sent).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toHaveLength(4);
  heartbeat.stop();
});

it('beats at once where the hub wants more of it', async () => {
  const { heartbeat, sent } = beating();
  heartbeat.pace(10_000);
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toHaveLength(1);
  heartbeat.pace(2000);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(2);
  heartbeat.stop();
});

it('goes by the usual pace on a new connection, and by none between two', async () => {
  const { heartbeat, sent } = beating();
  heartbeat.pace(10_000);
  heartbeat.stop();
  heartbeat.pace(2000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toHaveLength(1);
  heartbeat.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toHaveLength(3);
  heartbeat.stop();
});

import { attemptIdOf, parseAttemptId, type Order } from '@meshdeck/shared';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withAckBatching } from './ack-batching.js';
import { createMqttTransport } from './mqtt/mqtt-transport.js';

const attemptId = (number: string) => attemptIdOf('0123456789', Number(number), 1);
const forget = (number: string): Order => ({ type: 'forget', attemptId: attemptId(number) });
const cancel = (number: string): Order => ({
  type: 'cancel',
  attemptId: attemptId(number),
  reason: 'no longer needed',
});

function start() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sent: string[] = [];
  const route = createMqttTransport({
    async publish(_topic, ids, order) {
      const { type, attemptId } = order as Extract<Order, { type: 'forget' | 'cancel' }>;
      sent.push(`${(ids as { nodeId: string }).nodeId} ${type} ${parseAttemptId(attemptId).task}`);
    },
  });
  return { transport: withAckBatching(route), sent };
}

describe('the batching of acks', () => {
  it('goes before the next order to the same machine', async () => {
    const { transport, sent } = start();
    await transport.send('a', forget('1'));
    await transport.send('a', forget('2'));
    await transport.send('b', cancel('3'));
    expect(sent).toEqual(['b cancel 3']);
    await transport.send('a', cancel('4'));
    expect(sent).toEqual(['b cancel 3', 'a forget 1', 'a forget 2', 'a cancel 4']);
    await vi.runAllTimersAsync();
    expect(sent).toHaveLength(4);
  });

  it('goes by itself after a moment', async () => {
    const { transport, sent } = start();
    await transport.send('a', forget('1'));
    await vi.advanceTimersByTimeAsync(50);
    await transport.send('a', forget('2'));
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect(sent).toEqual(['a forget 1', 'a forget 2']);
  });

  it('is not said to a machine that was removed, nor after the end', async () => {
    const { transport, sent } = start();
    await transport.send('a', forget('1'));
    await transport.retire('a');
    await transport.send('b', forget('2'));
    await transport.stop();
    await vi.runAllTimersAsync();
    expect(sent).toEqual([]);
  });
});

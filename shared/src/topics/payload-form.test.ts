import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Order } from '../messages/orders.js';
import type { Report } from '../messages/reports.js';
import { topicKeys, topics, type PayloadOf, type TopicFrom } from './topic-map.js';

const orders = topics['nodes/{nodeId}/orders'].payload;

describe('a payload', () => {
  it('is read by the form of its topic, without what the schema does not know', () => {
    expect(orders.read(Buffer.from('{"type":"benchmark","more":1}'), 0)).toEqual({
      ok: true,
      value: { type: 'benchmark' },
    });
  });

  it('is refused with a short reason that says where', () => {
    expect(orders.read(Buffer.from('{'), 0)).toEqual({ ok: false, reason: 'no JSON' });
    const refused = orders.read(Buffer.from('{"type":"forget","attemptId":"x"}'), 0);
    expect(refused).toEqual({ ok: false, reason: 'attemptId: must be an attempt id' });
  });

  it('never throws, whatever its bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...topicKeys), anything, (key, bytes) => {
        const read = topics[key].payload.read(bytes, 1_700_000_000_000);
        if (!read.ok) expect(read.reason.length).toBeLessThanOrEqual(300);
      }),
    );
  });

  it('reads the same from a browser’s bytes as from a buffer', () => {
    const text = '{"temperature":21.5,"öffnung":1}';
    const form = topics['sensors/{sensorId}/readings'].payload;
    expect(form.read(new TextEncoder().encode(text), 5)).toEqual(form.read(Buffer.from(text), 5));
  });
});

it('has one type a topic', () => {
  expectTypeOf<PayloadOf<'nodes/{nodeId}/orders'>>().toEqualTypeOf<Order>();
  expectTypeOf<PayloadOf<'nodes/{nodeId}/reports'>>().toEqualTypeOf<Report>();
  expectTypeOf<'nodes/{nodeId}/orders'>().toExtend<TopicFrom<'hub'>>();
  expectTypeOf<'nodes/{nodeId}/reports'>().not.toExtend<TopicFrom<'hub'>>();
});

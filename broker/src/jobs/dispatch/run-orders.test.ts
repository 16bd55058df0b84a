import { Readable } from 'node:stream';
import { attemptIdOf, runOrderSchema } from '@meshdeck/shared';
import { expect, it, vi } from 'vitest';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import { createRunOrders } from './run-orders.js';

const sha256 = (id: number) => id.toString(16).padStart(64, '0');
const file = (id: number, bytes: number) => ({ sha256: sha256(id), bytes, name: 't.csv' });
const task = { shard: null } as TaskDocument;
const attempt = (nodeId: string) =>
  ({ id: attemptIdOf('0123456789', 0, 1), token: 1, nodeId }) as AttemptDocument;
const job = (id: number, bytes: number) =>
  ({
    id: '0123456789',
    app: { name: 'app', version: 'v1', runtime: 'onnx', bundle: file(1, 10) },
    entry: 'model.onnx',
    input: file(id, bytes),
    limits: { timeSeconds: 1, memoryBytes: 1, outputBytes: 1 },
    needs: { gpu: false },
    options: {},
  }) as unknown as JobDocument;

function orders() {
  const sizes = new Map<string, number>();
  const open = vi.fn((name: string) =>
    Promise.resolve({ stream: Readable.from([Buffer.alloc(sizes.get(name) ?? 0)]), bytes: 0 }),
  );
  const make = createRunOrders({ open }, (nodeId) => nodeId === 'new');
  return {
    open,
    async contentBytes(nodeId: string, id: number, bytes: number) {
      sizes.set(sha256(id), bytes);
      const order = await make(job(id, bytes), task, attempt(nodeId));
      const content = runOrderSchema.shape.inputContent.parse(order.inputContent);
      return content === undefined ? null : Buffer.from(content, 'base64').length;
    },
  };
}

it('sends a table along to a machine that takes so large an order, and to none that does not', async () => {
  const { contentBytes } = orders();
  expect(await contentBytes('new', 2, 256 * 1024)).toBe(256 * 1024);
  expect(await contentBytes('new', 3, 256 * 1024 + 1)).toBeNull();
  expect(await contentBytes('old', 2, 256 * 1024)).toBeNull();
  expect(await contentBytes('old', 4, 16 * 1024)).toBe(16 * 1024);
});

it('reads a small table once for many jobs, and keeps no more of them than fit', async () => {
  const { contentBytes, open } = orders();
  for (let again = 0; again < 3; again += 1) await contentBytes('new', 2, 1000);
  expect(open).toHaveBeenCalledTimes(1);
  for (let id = 10; id < 40; id += 1) await contentBytes('new', id, 256 * 1024);
  await contentBytes('new', 2, 1000);
  await contentBytes('new', 39, 256 * 1024);
  expect(open).toHaveBeenCalledTimes(1 + 30 + 1);
});

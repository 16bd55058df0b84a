import { waitFor } from '@testing-library/dom';
import { afterEach, expect, it, vi } from 'vitest';
import { refusal } from '../testing/hub-answers.js';
import { LiveCollection } from './collection.svelte.js';
import { connection, type TopicListener } from './connection.svelte.js';
import type { Delta } from './merge.js';

interface View {
  id: string;
  value: number;
}

const encode = (delta: Delta<View>) => new TextEncoder().encode(JSON.stringify(delta));
const view = (id: string, value: number): View => ({ id, value });

/** A collection whose snapshots and messages the test hands out. */
function collection() {
  const listeners = new Set<TopicListener>();
  vi.spyOn(connection, 'listen').mockImplementation((_topic, listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
  const load = vi.fn<() => Promise<View[]>>();
  const live = new LiveCollection<View>({
    load,
    topic: () => ({
      name: 'live/things',
      read: (payloads) => payloads.map((one) => JSON.parse(new TextDecoder().decode(one)) as Delta<View>),
    }),
  });
  const tell = (changed: View[], removed: string[] = []) => {
    for (const listener of listeners) listener.message(encode({ changed, removed }));
  };
  return { live, load, listeners, tell };
}
afterEach(() => {
  vi.restoreAllMocks();
});

it('begins with a snapshot and follows what changes and what goes', async () => {
  const { live, load, tell } = collection();
  load.mockResolvedValue([view('a', 1), view('b', 1)]);
  const stop = live.watch();
  await waitFor(() => expect(live.loaded).toBe(true));
  tell([view('a', 2), view('c', 1)], ['b']);
  await waitFor(() => expect(live.list).toEqual([view('a', 2), view('c', 1)]));
  stop();
});

it('loses nothing that comes while a snapshot is on its way', async () => {
  const { live, load, tell } = collection();
  let answer: (views: View[]) => void = () => undefined;
  load.mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const stop = live.watch();
  tell([view('a', 2)]);
  await waitFor(() => expect(live.list).toEqual([view('a', 2)]));
  // Older than the message, as a snapshot that was taken before it is.
  answer([view('a', 1), view('b', 1)]);
  await waitFor(() => expect(live.list).toEqual([view('a', 2), view('b', 1)]));
  stop();
});

it('fetches a snapshot anew with every subscription, in one call for all who ask meanwhile', async () => {
  const { live, load, listeners } = collection();
  load.mockResolvedValue([view('a', 1)]);
  const stop = live.watch();
  await waitFor(() => expect(live.loaded).toBe(true));
  load.mockResolvedValue([view('a', 5)]);
  for (const listener of listeners) listener.subscribed?.();
  await Promise.all([live.reload(), live.reload()]);
  expect(load).toHaveBeenCalledTimes(2);
  expect(live.list).toEqual([view('a', 5)]);
  stop();
});

it('keeps what it has where a snapshot does not come, and says why', async () => {
  const { live, load } = collection();
  load.mockResolvedValue([view('a', 1)]);
  await live.reload();
  load.mockRejectedValue(refusal('hub-unreachable', 'The hub does not answer.'));
  await live.reload();
  expect(live.list).toEqual([view('a', 1)]);
  expect(live.error).toMatchObject({ code: 'hub-unreachable' });
  load.mockResolvedValue([view('b', 1)]);
  await live.reload();
  expect(live.error).toBeNull();
});

it('listens as long as somebody watches, once for all', async () => {
  const { live, load, listeners } = collection();
  load.mockResolvedValue([]);
  const stops = [live.watch(), live.watch()];
  expect(listeners.size).toBe(1);
  stops[0]?.();
  expect(listeners.size).toBe(1);
  stops[1]?.();
  expect(listeners.size).toBe(0);
  await waitFor(() => expect(live.loaded).toBe(true));
});

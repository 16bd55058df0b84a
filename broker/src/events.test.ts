import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { createEvents } from './events.js';

function open() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  return { events: createEvents<{ lost: [id: string]; found: [] }>({ logger }), lines };
}

it('tells each listener of its event, in the order in which they came, until it is let go', () => {
  const { events } = open();
  const heard: string[] = [];
  const listener = (id: string) => void heard.push(id);
  const stopFirst = events.on('lost', listener);
  events.on('lost', listener);
  events.on('lost', (id) => void heard.push(`then ${id}`));
  events.on('found', () => expect.fail('nobody announced it'));
  events.emit('lost', 'a');
  stopFirst();
  stopFirst();
  events.emit('lost', 'b');
  expect(heard).toEqual(['a', 'a', 'then a', 'b', 'then b']);
});

it('logs a listener that fails, at once or later, and tells its neighbours all the same', async () => {
  const { events, lines } = open();
  const heard: string[] = [];
  events.on('lost', () => {
    throw new Error('broken');
  });
  events.on('lost', async () => Promise.reject(new Error('broken later')));
  events.on('lost', (id) => void heard.push(id));
  events.emit('lost', 'a');
  expect(heard).toEqual(['a']);
  await vi.waitFor(() =>
    expect(lines).toMatchObject([
      { event: 'lost', error: 'Error: broken' },
      { event: 'lost', error: 'Error: broken later' },
    ]),
  );
});

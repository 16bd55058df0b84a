import { describe, expect, it } from 'vitest';
import { untilDone } from './fixtures/summarize-text.js';
import { createHeavyReads } from './heavy-reads.js';

describe('heavy reads', () => {
  const until = () => {
    let end = (): void => undefined;
    const done = new Promise<void>((resolve) => (end = resolve));
    return { done, end };
  };

  it('are few at once, in order, and few for one person', async () => {
    const heavy = createHeavyReads({ atOnce: 1, perPerson: 2 });
    const order: string[] = [];
    const first = until();
    const run = (person: string, name: string, wait?: Promise<void>) =>
      heavy.run(person, untilDone, async () => {
        order.push(name);
        await wait;
      });
    const running = [run('anna', 'a1', first.done), run('anna', 'a2'), run('ben', 'b1')];
    await expect(run('anna', 'a3')).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(order).toEqual(['a1']);
    first.end();
    await Promise.all(running);
    expect(order).toEqual(['a1', 'a2', 'b1']);
    await run('anna', 'a4');
  });

  it('leave the line when nobody waits any more, and end when they take too long', async () => {
    const heavy = createHeavyReads({ atOnce: 1, seconds: 0.05 });
    const first = until();
    const running = heavy.run('anna', untilDone, () => first.done);
    const gone = new AbortController();
    const waiting = heavy.run('ben', gone.signal, async () => expect.fail('It began.'));
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    first.end();
    await running;
    const slow = heavy.run(
      'ben',
      untilDone,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    await expect(slow).rejects.toMatchObject({ code: 'too-large' });
  });
});

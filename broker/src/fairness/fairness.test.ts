import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActivity } from './activity.js';
import { limitConnections, trusted, type ConnectionLimits } from './connections.js';
import { inTurn } from './in-turn.js';
import { createLogTally } from './log-tally.js';
import { createPaced } from './paced.js';
import { createRate, createRates } from './rate.js';
import { createShare, createShares, usualShares } from './shares.js';
import { createTurns } from './turns.js';

const silent = () => createLogTally(pino({ level: 'silent' }));

describe('turns', () => {
  it('go round among those who wait, each one’s work in order', async () => {
    const turns = createTurns();
    const done: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      for (const number of [1, 2, 3]) turns.take(key, () => done.push(`${key}${number}`));
    }
    await vi.waitFor(() => expect(done).toHaveLength(9));
    expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
    await vi.waitFor(() => expect(turns.isIdle()).toBe(true));
  });

  it('let the event loop go on between slices', async () => {
    const turns = createTurns({ sliceMs: 0 });
    let done = 0;
    for (let piece = 0; piece < 100; piece += 1) turns.take('a', () => (done += 1));
    let doneAtTimer = -1;
    setImmediate(() => setImmediate(() => (doneAtTimer = done)));
    await vi.waitFor(() => expect(done).toBe(100));
    expect(doneAtTimer).toBeLessThan(5);
  });
});

describe('whoever floods', () => {
  it('rests as long as it works while others are about, and not when it is alone', async () => {
    let time = 0;
    const activity = createActivity(() => time);
    const turns = createTurns({ now: () => time, activity });
    const begins: number[] = [];
    const flood = () =>
      turns.take('flood', () => {
        begins.push(time);
        activity.note('flood');
        time += 3;
      });
    for (let piece = 0; piece < 3; piece += 1) flood();
    await vi.waitFor(() => expect(begins).toHaveLength(3));
    expect(begins).toEqual([0, 3, 6]);
    activity.note('somebody else');
    for (let piece = 0; piece < 2; piece += 1) flood();
    await vi.waitFor(() => expect(begins).toHaveLength(4));
    const others: number[] = [];
    turns.take('somebody else', () => others.push(time));
    await vi.waitFor(() => expect(others).toEqual([12]));
    expect(begins).toEqual([0, 3, 6, 9]);
    time += 3;
    await vi.waitFor(() => expect(begins).toEqual([0, 3, 6, 9, 15]));
  });
});

describe('a rate', () => {
  it('lets a burst through, then so many a second, and is not fooled by a clock set back', () => {
    let time = 0;
    const rate = createRate({ perSecond: 10, burst: 50 }, () => time);
    expect(rate.available()).toBe(50);
    rate.take(50);
    expect([rate.available(), rate.waitMs()]).toEqual([0, 100]);
    time = 1000;
    expect(rate.available()).toBe(10);
    time = -5000;
    rate.take(10);
    expect(rate.available()).toBe(0);
    time = -4900;
    expect(rate.available()).toBe(1);
  });

  it('is shared by whoever has the same key, and full ones are let go', () => {
    let time = 0;
    const rates = createRates({ perSecond: 1, burst: 2 }, () => time);
    rates.of('a').take(2);
    for (let index = 0; index < 3000; index += 1) rates.of(`other ${index}`);
    expect(rates.of('a').available()).toBe(0);
    time = 10_000;
    expect(rates.of('a').available()).toBe(2);
  });
});

describe('shares', () => {
  const limits = { ...usualShares, heavy: { perCaller: 2, inAll: 3, line: 5 } };

  it('give each caller so much at once and let the rest wait, callers in turn', async () => {
    const shares = createShares(limits);
    const began: string[] = [];
    const atWork: (() => void)[] = [];
    for (const caller of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) {
      const place = shares.enter(caller, 'heavy');
      const begin = () => {
        began.push(caller);
        atWork.push(place.leave);
      };
      if (place.turn === null) begin();
      else void place.turn.then(begin);
    }
    expect(began).toEqual(['a', 'a', 'b']);
    for (let ended = 0; ended < 7; ended += 1) {
      atWork.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(began).toEqual(['a', 'a', 'b', 'a', 'b', 'c', 'a']);
    // All are free again.
    expect(['x', 'x', 'y'].map((caller) => shares.enter(caller, 'heavy').turn)).toEqual([null, null, null]);
  });

  it('turn away who has a full line, and nobody else', () => {
    const shares = createShares(limits);
    for (let index = 0; index < 7; index += 1) void shares.enter('a', 'heavy').turn?.catch(() => undefined);
    expect(() => shares.enter('a', 'heavy')).toThrow('too much at once');
    expect(shares.enter('b', 'heavy').turn).toBeNull();
    expect(shares.enter('a', 'light').turn).toBeNull();
  });

  it('never have more at work than allowed, and lose no place, whoever comes and leaves when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(5), fc.boolean()), { maxLength: 60 }),
        async (events) => {
          const shares = createShares({ ...limits, heavy: { perCaller: 2, inAll: 3, line: 100 } });
          const atWork: string[] = [];
          const open: (() => void)[] = [];
          let ended = 0;
          for (const [caller, which, waits] of events) {
            const place = shares.enter(caller, 'heavy');
            const begin = () => {
              atWork.push(caller);
              expect(atWork.length).toBeLessThanOrEqual(3);
              expect(atWork.filter((one) => one === caller).length).toBeLessThanOrEqual(2);
            };
            let isIn = place.turn === null;
            if (isIn) begin();
            else {
              place.turn?.then(
                () => {
                  isIn = true;
                  begin();
                },
                () => undefined,
              );
            }
            open.push(() => {
              if (isIn) atWork.splice(atWork.indexOf(caller), 1);
              isIn = false;
              ended += 1;
              place.leave();
            });
            if (waits) await new Promise((resolve) => setImmediate(resolve));
            if (open.length > which) open.splice(which, 1)[0]?.();
          }
          while (open.length > 0) {
            open.shift()?.();
            await new Promise((resolve) => setImmediate(resolve));
          }
          expect([atWork, ended]).toEqual([[], events.length]);
          expect(['x', 'x', 'y'].map((who) => shares.enter(who, 'heavy').turn)).toEqual([null, null, null]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('work in turn', () => {
  const until = () => {
    let end = (): void => undefined;
    const done = new Promise<void>((resolve) => (end = resolve));
    return { done, end };
  };
  const { signal: never } = new AbortController();

  it('is one for each caller, callers taking turns, whoever asked for more first', async () => {
    const enter = createShare({ perCaller: 1, inAll: 1, line: 5 });
    const first = until();
    const order: string[] = [];
    const run = (caller: string, name: string, wait?: Promise<void>) =>
      inTurn(enter(caller), never, async () => {
        order.push(name);
        await wait;
      });
    const running = [run('a', 'a1', first.done), run('a', 'a2'), run('a', 'a3'), run('b', 'b1')];
    first.end();
    await Promise.all(running);
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('leaves the line when nobody waits for it, and keeps its place until it has ended', async () => {
    const enter = createShare({ perCaller: 1, inAll: 1, line: 5 });
    const first = until();
    const gone = new AbortController();
    const running = inTurn(enter('a'), gone.signal, () => first.done);
    const waiting = inTurn(enter('b'), gone.signal, async () => expect.fail('It began.'));
    const failed = expect(waiting).rejects.toThrow('gone');
    gone.abort(new Error('gone'));
    await failed;
    const late = inTurn(enter('c'), gone.signal, async () => expect.fail('It began.'));
    await expect(late).rejects.toThrow('gone');
    expect(enter('d').turn).not.toBeNull();
    first.end();
    await running;
  });

  it('gives its place up when it fails', async () => {
    const enter = createShare({ perCaller: 1, inAll: 1, line: 5 });
    await expect(inTurn(enter('a'), never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(enter('b').turn).toBeNull();
  });
});

describe('connections', () => {
  async function door(change: Partial<ConnectionLimits>) {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    const limits = { inAll: 100, perAddress: 100, strangers: 5, perCaller: 3, ...change };
    const connections = limitConnections(server, { limits, door: 'test', tally: silent() });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const open: Socket[] = [];
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
    const knock = async () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      open.push(socket.on('error', () => undefined));
      const before = sockets.length;
      await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(before), { interval: 1 });
      const [accepted] = sockets.slice(-1);
      if (accepted === undefined) throw new Error('nobody came in');
      return accepted;
    };
    return { connections, knock, open };
  }
  const alive = (sockets: readonly Socket[]) => sockets.map(({ destroyed }) => !destroyed);

  it('of strangers make room by the oldest, and never by one that is known', async () => {
    const { connections, knock } = await door({});
    const known = await knock();
    connections.belongsTo(known, 'me');
    const strangers = [];
    for (let index = 0; index < 7; index += 1) strangers.push(await knock());
    expect(alive([known, ...strangers])).toEqual([true, false, false, true, true, true, true, true]);
  });

  it('of one caller make room by its own oldest; whoever holds the token has any number', async () => {
    const { connections, knock } = await door({});
    const mine = [];
    for (let index = 0; index < 4; index += 1) {
      const socket = await knock();
      mine.push(socket);
      connections.belongsTo(socket, 'me');
      connections.belongsTo(socket, 'me');
    }
    const hubs = [];
    for (let index = 0; index < 6; index += 1) {
      const socket = await knock();
      hubs.push(socket);
      connections.belongsTo(socket, trusted);
    }
    expect(alive([...mine, ...hubs])).toEqual([false, ...Array.from({ length: 9 }, () => true)]);
  });

  it('of one address are so many and no more, known or not', async () => {
    const { connections, knock, open } = await door({ perAddress: 2 });
    const mine = [await knock(), await knock()];
    for (const socket of mine) connections.belongsTo(socket, 'me');
    const one = await knock();
    expect(alive([...mine, one])).toEqual([true, true, false]);
    open[0]?.destroy();
    await vi.waitFor(async () => expect(alive([await knock()])).toEqual([true]));
  });

  it('forget who has left', async () => {
    const { connections, knock, open } = await door({ perAddress: 3, strangers: 3 });
    for (let round = 0; round < 5; round += 1) {
      const [mine, strange] = [await knock(), await knock()];
      connections.belongsTo(mine, 'me');
      for (const socket of open.splice(0)) socket.destroy();
      await vi.waitFor(() => expect(alive([mine, strange])).toEqual([false, false]));
    }
  });
});

describe('what is paced', () => {
  it('lets the first through at once, and then the newest of each', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const passed: string[] = [];
    const paced = createPaced<number>(1000, (key, value) => passed.push(`${key}${value}`));
    for (let value = 1; value <= 5; value += 1) paced.take('a', value);
    paced.take('b', 1);
    expect(passed).toEqual(['a1', 'b1']);
    vi.advanceTimersByTime(1000);
    expect(passed).toEqual(['a1', 'b1', 'a5']);
    vi.advanceTimersByTime(5000);
    paced.take('a', 6);
    expect(passed).toEqual(['a1', 'b1', 'a5', 'a6']);
  });
});

describe('a log of what strangers cause', () => {
  it('tells the first of a kind at once and the rest as a sum', () => {
    const lines: { msg: string; times?: number }[] = [];
    const tally = createLogTally(pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }));
    for (let time = 0; time < 500; time += 1) tally.note('refused', 'a', { who: 'a' });
    tally.note('refused', 'b', { who: 'b' });
    for (let time = 0; time < 500; time += 1) tally.note('refused', `stranger ${time}`, { who: time });
    expect(lines).toHaveLength(100);
    tally.stop();
    expect(lines.slice(100)).toMatchObject([
      { msg: 'refused', times: 499 },
      { msg: 'more of the kind, from many', times: 402 },
    ]);
  });
});

import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createModuleRunner, type HubModule } from './module.js';

const silent = pino({ level: 'silent' });

/** Modules that note what is done with them; `broken` fails at its start or, where it says so, at its end. */
function modulesOf(names: readonly string[], broken: { start?: string; stop?: string } = {}) {
  const done: string[] = [];
  const made = names.map((name): HubModule => ({
    name,
    start(modules) {
      done.push(`start ${name} of ${modules.length}`);
      if (name === broken.start) throw new Error('no');
    },
    stop() {
      done.push(`stop ${name}`);
      if (name === broken.stop) throw new Error('no');
    },
  }));
  return { done, made };
}

it('starts the modules in order, each knowing all of them, and stops them in reverse', async () => {
  const { done, made } = modulesOf(['a', 'b', 'c'], { stop: 'b' });
  const runner = createModuleRunner({
    make: async (add) => made.map((module) => add(module).name),
    logger: silent,
  });
  const [names, again] = await Promise.all([runner.start(), runner.start()]);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(again).toBe(names);
  await Promise.all([runner.stop(), runner.stop()]);
  expect(done).toEqual(['start a of 3', 'start b of 3', 'start c of 3', 'stop c', 'stop b', 'stop a']);
});

it('stops what was made where a later module cannot be made, and may be started anew', async () => {
  const { done, made } = modulesOf(['a', 'b']);
  let isBroken = true;
  const runner = createModuleRunner({
    async make(add) {
      for (const module of made) add(module);
      if (isBroken) throw new Error('the port is taken');
    },
    logger: silent,
  });
  await expect(runner.start()).rejects.toThrow('the port is taken');
  expect(done.splice(0)).toEqual(['stop b', 'stop a']);
  isBroken = false;
  await runner.start();
  expect(done).toEqual(['start a of 2', 'start b of 2']);
});

it('stops every module where one does not start', async () => {
  const { done, made } = modulesOf(['a', 'b', 'c'], { start: 'b' });
  const runner = createModuleRunner({
    make: async (add) => void made.forEach((module) => add(module)),
    logger: silent,
  });
  await expect(runner.start()).rejects.toThrow('no');
  expect(done).toEqual(['start a of 3', 'start b of 3', 'stop c', 'stop b', 'stop a']);
});

it('goes no further than the module it is at when it is stopped while it starts', async () => {
  const { done, made } = modulesOf(['a', 'c']);
  let stopped: Promise<void> | undefined;
  const slow: HubModule = {
    name: 'b',
    start: () => {
      stopped = runner.stop();
      return new Promise((resolve) => setImmediate(resolve));
    },
    stop: () => void done.push('stop b'),
  };
  const [a, c] = made;
  const runner = createModuleRunner({
    make: async (add) => void [a, slow, c].forEach((module) => module !== undefined && add(module)),
    logger: silent,
  });
  await expect(runner.start()).rejects.toMatchObject({ code: 'cancelled' });
  await stopped;
  expect(done).toEqual(['start a of 3', 'stop c', 'stop b', 'stop a']);
  await expect(runner.start()).rejects.toMatchObject({ code: 'cancelled' });
});

it('makes no further module once it is to stop, and lets go of the one it was making', async () => {
  const { done, made } = modulesOf(['a', 'b']);
  const [a, b] = made;
  const runner = createModuleRunner({
    async make(add) {
      if (a !== undefined) add(a);
      const stopped = runner.stop();
      expect(stopped).toBeInstanceOf(Promise);
      if (b !== undefined) add(b);
      expect.fail('it went on');
    },
    logger: silent,
  });
  await expect(runner.start()).rejects.toMatchObject({ code: 'cancelled' });
  await runner.stop();
  expect(done).toEqual(['stop b', 'stop a']);
});

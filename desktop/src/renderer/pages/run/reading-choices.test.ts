import { describe, expect, it } from 'vitest';
import { ReadingChoices } from './reading-choices.svelte.js';

function open(before = {}) {
  let asked = 0;
  const choices = new ReadingChoices(() => (asked += 1));
  choices.start(before);
  return { choices, asked: () => asked };
}

describe('what is said of a reading', () => {
  it('begins with what the app remembers, and asks for nothing by that', () => {
    const { choices, asked } = open({ header: 3, aside: ['id'] });
    expect(choices.options).toEqual({ header: 3, aside: ['id'] });
    expect([choices.isAsBefore, choices.isEmpty, asked()]).toEqual([true, false, 0]);
  });

  it('asks anew at each change, and not where nothing changes', () => {
    const { choices, asked } = open();
    choices.set('header', 2);
    choices.set('header', 2);
    expect(asked()).toBe(1);
    choices.set('header', undefined);
    expect([choices.options, choices.isEmpty, asked()]).toEqual([{}, true, 2]);
  });

  it('uses a column for one thing at a time', () => {
    const { choices } = open({ truth: 'y' });
    choices.putAside('a');
    choices.mapTo('x', ['b', 'a']);
    expect(choices.options).toEqual({ truth: 'y', map: { x: ['b', 'a'] } });
    choices.mapTo('z', ['b']);
    expect(choices.options.map).toEqual({ x: ['a'], z: ['b'] });
    choices.putAside('a');
    expect(choices.options).toEqual({ truth: 'y', map: { z: ['b'] }, aside: ['a'] });
    choices.mapTo('z', ['y']);
    expect(choices.options).toEqual({ map: { z: ['y'] }, aside: ['a'] });
    choices.mapTo('z', []);
    choices.takeBack('a');
    expect(choices.options).toEqual({});
  });

  it('tells the hub of every field, so that nothing remembered slips in', () => {
    const { choices } = open({ header: 3, delimiter: ';' });
    choices.set('delimiter', undefined);
    expect(choices.change()).toMatchObject({ header: 3, delimiter: null, aside: null, map: null });
  });

  it('knows what was said before, in whatever order it was chosen', () => {
    const { choices } = open({ header: 1, truth: 'y' });
    choices.clear();
    expect(choices.isAsBefore).toBe(false);
    choices.set('truth', 'y');
    choices.set('header', 1);
    expect(choices.isAsBefore).toBe(true);
  });
});

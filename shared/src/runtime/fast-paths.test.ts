import { describe, expect, it } from 'vitest';
import { allFastPaths, fastPathNames, readFastPaths } from './fast-paths.js';

describe('the switch of the fast paths', () => {
  it('takes all of them, or none', () => {
    expect(readFastPaths('on')).toEqual(allFastPaths);
    expect(Object.values(allFastPaths)).toEqual(fastPathNames.map(() => true));
    expect(Object.values(readFastPaths('off') ?? {})).toEqual(fastPathNames.map(() => false));
  });

  it('switches off what is named, and nothing else', () => {
    for (const name of fastPathNames) expect(readFastPaths(name)).toEqual({ ...allFastPaths, [name]: false });
    expect(readFastPaths(fastPathNames.join(', '))).toEqual(readFastPaths('off'));
  });

  it.each(['', 'warp', 'on,off', `${fastPathNames[0]},warp`, 'toString'])(
    'takes "%s" for a mistake',
    (text) => {
      expect(readFastPaths(text)).toBeNull();
    },
  );
});

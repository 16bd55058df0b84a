import { describe, expect, it } from 'vitest';
import { allFastPaths, fastPathNames, fastPathsRemark, readFastPaths } from './fast-paths.js';

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

  it('takes names of earlier versions, which do nothing, and says so', () => {
    expect(readFastPaths('late-placements')).toEqual(allFastPaths);
    expect(readFastPaths('ack-batching,small-runs')).toEqual({ ...allFastPaths, 'small-runs': false });
    expect(fastPathsRemark('late-placements, small-runs')).toMatch(/no fast path late-placements any more/);
    expect(fastPathsRemark('ack-batching,gathered-writes')).toMatch(
      /no fast paths ack-batching, gathered-writes/,
    );
    expect(['on', 'off', fastPathNames.join(',')].map(fastPathsRemark)).toEqual([null, null, null]);
  });

  it.each(['', 'warp', 'on,off', `${fastPathNames[0]},warp`, 'late-placements,on', 'toString'])(
    'takes "%s" for a mistake',
    (text) => {
      expect(readFastPaths(text)).toBeNull();
    },
  );
});

import { isAbsolute, posix, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packagePathSchema } from '@meshdeck/shared';
import { createEntryGuard } from './entry-guard.js';

const roomy = { entries: 10_000, unpackedBytes: 1000 };
const piece = fc.oneof(
  fc.constantFrom('..', '.', '', '...', 'a', 'A', 'C:', '\\', '/', '\u0000', ' ', 'nul', '\u202e', '\u2028'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const anyName = fc
  .tuple(fc.array(piece, { maxLength: 6 }), fc.constantFrom('/', '\\', ''))
  .map(([parts, by]) => parts.join(by));

it('lets no name through that leaves the folder on any system', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      let path: string | null;
      try {
        path = createEntryGuard(roomy).file(name);
      } catch (error) {
        expect(error).toMatchObject({ code: 'archive-unsafe' });
        return;
      }
      if (path === null) return;
      expect(packagePathSchema.safeParse(path).success).toBe(true);
      expect(isAbsolute(path) || win32.isAbsolute(path)).toBe(false);
      for (const system of [posix, win32]) {
        const inside = system.resolve('/root/app', path);
        expect(system.relative(system.resolve('/root/app'), inside)).not.toMatch(/^\.\.([/\\]|$)/);
      }
    }),
    { numRuns: 2000 },
  );
});

it('counts bytes up to the limit and refuses early what declares more', () => {
  const guard = createEntryGuard(roomy);
  guard.count('a', 600);
  expect(() => guard.expect('b', 401)).toThrow('more than 1000 B');
  guard.count('b', 400);
  expect(() => guard.count('c', 1)).toThrow('(stopped at "c")');
});

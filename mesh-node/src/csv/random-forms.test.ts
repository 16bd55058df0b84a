import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeshdeckError } from '@meshdeck/shared';
import { anyForm, anyTypedTable, renderForm } from './fixtures/random-forms.js';
import { readWhole } from './fixtures/read-whole.js';

/** Its cells, or that it is refused as what can be read in two ways. */
async function readOrRefusal(bytes: Buffer): Promise<{ header: string[]; rows: string[][] } | 'refused'> {
  try {
    const { header, rows } = await readWhole(bytes, { chunkBytes: 64 });
    return { header, rows };
  } catch (error) {
    if (error instanceof MeshdeckError && /^csv-(?:ambiguous|malformed)$/.test(error.code)) return 'refused';
    throw error;
  }
}

describe('one table in any form', () => {
  it('has the same cells, or is refused', async () => {
    // A header that is one name short is only taken for sure ones; everything else is hardly ever refused.
    const counts = { read: 0, all: 0 };
    await fc.assert(
      fc.asyncProperty(anyTypedTable, anyForm, async (table, form) => {
        const { bytes, header, rows } = renderForm(table, form);
        const found = await readOrRefusal(bytes);
        if (form.index !== 'row names') counts.all++;
        if (found === 'refused') return;
        if (form.index !== 'row names') counts.read++;
        expect(found).toEqual({ header, rows });
      }),
      { numRuns: 400 },
    );
    expect(counts.read / counts.all).toBeGreaterThan(0.97);
  });
});

import { describe, expect, it } from 'vitest';
import { tableForms, type TableForm } from './fixtures/table-forms.js';
import { readWhole } from './fixtures/read-whole.js';

const shown = (cell: string) => cell.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
const asLines = (records: readonly (readonly string[])[]) =>
  records.map((cells) => cells.map(shown).join(' | ')).join('\n');

async function check({ table, told, holds, empty = 0, notes, encoding, refused }: TableForm): Promise<void> {
  const bytes = Buffer.from(table);
  for (const chunkBytes of [1 << 18, 7]) {
    if (bytes.length > 10_000 && chunkBytes < 10) continue;
    const reading = readWhole(bytes, { told: told ?? {}, chunkBytes });
    if (refused !== undefined) {
      const [code, words] = refused;
      await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string });
      continue;
    }
    const read = await reading;
    expect(asLines([read.header, ...read.rows])).toBe(holds);
    expect(read.empty).toBe(empty);
    if (encoding !== undefined) expect(read.reading.encoding).toBe(encoding);
    if (notes !== undefined) expect(read.reading.notes.join(' ')).toMatch(notes);
  }
}

describe.each(Object.entries(tableForms))('%s', (_, forms) => {
  it.each(forms.map((form) => [form.what, form] as const))('%s', (_what, form) => check(form));
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadModel } from './load-model.js';
import { runInProcess } from './run-in-process.js';

/** A model as an exporter writes it, a table, and what must come of them, worked out with numpy (fixtures/make-forms.py). */
interface Form {
  csv: string;
  output?: string;
  expected?: Record<string, (string | number)[]>;
  absent?: string[];
  refuse?: string;
  readings?: Record<string, string>;
  warns?: string[];
  idle?: string[];
}

const folder = new URL('./fixtures/forms/', import.meta.url);
const forms = JSON.parse(readFileSync(new URL('forms.json', folder), 'utf8')) as Record<string, Form>;
const load = (name: string) =>
  loadModel({ path: fileURLToPath(new URL(`${name}.onnx`, folder)), threads: 1 });
const reading = ({ output }: Form) => (output === undefined ? {} : { output });

const answered = Object.entries(forms).filter(([, { refuse }]) => refuse === undefined);
const refused = Object.entries(forms).filter(([, { refuse }]) => refuse !== undefined);

/** Kernels may add in another order in a batch of another size. */
function expectSameCells(
  got: readonly string[],
  wanted: readonly (string | number)[],
  tolerance: number,
): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((text, at) => {
    const value = wanted[at] ?? '';
    const number = Number(value);
    if (
      typeof value === 'string' &&
      (text === value || !Number.isFinite(number) || Number.isInteger(number))
    ) {
      expect(text).toBe(value);
    } else {
      const room = tolerance * Math.max(0.01, Math.abs(number));
      expect(Math.abs(Number(text) - number), `${text} beside ${value}`).toBeLessThanOrEqual(room);
    }
  });
}

describe('models in the forms of their exporters', () => {
  it.each(answered)('%s gives what it was exported for', async (name, form) => {
    const { header, rows, run } = await runInProcess(await load(name), form.csv, reading(form));
    for (const [column, values] of Object.entries(form.expected ?? {})) {
      expect(header).toContain(column);
      expectSameCells(
        rows.map((row) => row[header.indexOf(column)] ?? ''),
        values,
        1e-4,
      );
    }
    for (const column of form.absent ?? []) expect(header).not.toContain(column);
    for (const [output, words] of Object.entries(form.readings ?? {})) {
      expect(run.reading.outputs.find((told) => told.output === output)?.how).toContain(words);
    }
    const told = [...run.reading.outputs.map(({ how }) => how), ...run.reading.warnings];
    expect(told.filter((sentence) => sentence.length > 500)).toEqual([]);
    expect(run.reading.warnings.length).toBe(form.warns?.length ?? 0);
    form.warns?.forEach((words, at) => expect(run.reading.warnings[at]).toContain(words));
    if (form.idle !== undefined)
      expect(run.reading.inputs.filter(({ how }) => how === 'unused').map(({ input }) => input)).toEqual(
        form.idle,
      );
  });

  it.each(refused)('%s is refused with what it is and what to do', async (name, form) => {
    const run = async () => runInProcess(await load(name), form.csv, reading(form));
    await expect(run()).rejects.toMatchObject({
      code: expect.stringMatching(/^(model|csv|app)-/) as string,
      message: expect.stringMatching(new RegExp(form.refuse ?? '')) as string,
    });
  });
});

/** Rows of a table without quotes. */
function splitTable(csv: string): [header: string, rows: string[]] {
  const [header = '', ...rows] = csv.trimEnd().split('\n');
  return [header, rows];
}

describe('rows', () => {
  it.each(answered)('of %s keep their results in any order and in parts', async (name, form) => {
    const [header, lines] = splitTable(form.csv);
    const table = (rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
    const whole = await runInProcess(await load(name), form.csv, reading(form));
    const expectRows = async (order: readonly number[]) => {
      // A model of its own: nothing that was learned from the first table may decide.
      const part = await runInProcess(
        await load(name),
        table(order.map((row) => lines[row] ?? '')),
        reading(form),
      );
      expect(part.header).toEqual(whole.header);
      part.rows.forEach((row, at) => expectSameCells(row, whole.rows[order[at] ?? 0] ?? [], 1e-5));
    };
    const all = lines.map((_, row) => row);
    const middle = Math.ceil(all.length / 2);
    await expectRows(all.toReversed());
    await expectRows([...all.slice(middle), ...all.slice(0, middle)]);
    await expectRows(all.slice(0, middle));
    await expectRows(all.slice(middle));
    await expectRows([all.at(-1) ?? 0]);
  });
});

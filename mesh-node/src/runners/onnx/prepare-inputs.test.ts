import { evidence } from '@meshdeck/shared/csv';
import { expect, it } from 'vitest';
import { openCsv } from '../../csv/read-csv.js';
import { memorySource } from '../../csv/table-source.js';
import { prepareInputs } from './prepare-inputs.js';
import type { ModelInput } from '@meshdeck/shared/onnx';

const input: ModelInput = {
  name: 'x',
  type: 'float64',
  width: 2,
  batchRows: undefined,
  dims: (rows, width) => [rows, width],
  shape: '[?, 2]',
  deep: false,
};

/** What the first rows of a table become, with what somebody found out about the whole of it. */
async function prepared(csv: string, wholeEvidence?: readonly number[]) {
  const reader = await openCsv({ source: memorySource(Buffer.from(csv)) });
  const { header } = reader;
  const facts = { featureNames: undefined, widths: new Map(), vocabularies: new Map() };
  for await (const block of reader.blocks()) {
    const { delimiter } = reader.dialect;
    const inputs = prepareInputs({
      ...{ inputs: [input], facts, header, delimiter, block, maxRows: 10 },
      ...(wholeEvidence !== undefined && { wholeEvidence }),
    });
    return { ...inputs, fill: () => inputs.fillers[0]?.fill({ block, firstRow: 0, rows: block.rows }).data };
  }
  throw new Error('no rows');
}

it('is decided by the whole table where its first rows leave it open', async () => {
  const first = 'a;b\n1.250;2\n';
  const alone = await prepared(first);
  expect(alone.ambiguous).toBe(true);
  expect(alone.fill).toThrow('can be 1250 or 1.25');
  const comma = await prepared(first, [evidence.otherNumber, evidence.otherNumber | evidence.commaDecimal]);
  expect(comma.ambiguous).toBe(false);
  expect(comma.fill()).toEqual(Float64Array.of(1250, 2));
  const point = await prepared(first, [evidence.otherNumber, evidence.otherNumber | evidence.pointDecimal]);
  expect(point.fill()).toEqual(Float64Array.of(1.25, 2));
});

it('is refused in every part where the whole table contradicts itself', async () => {
  const whole = [evidence.commaDecimal, evidence.pointDecimal].map((bits) => bits | evidence.otherNumber);
  await expect(prepared('a;b\n1,5;2\n', whole)).rejects.toThrow(
    'column "b" has a decimal point further down, line 2, column "a" says "1,5" with a decimal comma',
  );
});

it('takes truth values for what the whole column holds', async () => {
  const truths = [evidence.trueLetter | evidence.falseLetter, evidence.otherNumber];
  expect((await prepared('a,b\nt,2\n', truths)).fill()).toEqual(Float64Array.of(1, 2));
  const mixed = [evidence.truthWord | evidence.otherNumber, evidence.otherNumber];
  expect((await prepared('a,b\nTrue,2\n', mixed)).fill).toThrow('does not tell that it holds truth values');
});

it('leaves nothing open in a table of whole numbers', async () => {
  const { ambiguous, form } = await prepared('a;b\n1;2\n');
  expect([ambiguous, form.decimal]).toEqual([false, undefined]);
});

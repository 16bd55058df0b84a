import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OnnxRunner } from './onnx-runner.js';
import { buildRunnerProcess, fixture, runCsv, startTestRunner } from './test-runner.js';

let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
beforeAll(async () => {
  built = await buildRunnerProcess();
});
afterAll(() => built.remove());

const abc = 'a,b,c\n3,1,2\n0,5,1\n1,2,4\n';
const softmax = (...values: number[]): number[] => {
  const sum = values.reduce((total, value) => total + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / sum);
};

async function run(model: string, csv: string, runner: OnnxRunner = startTestRunner(built.modulePath)) {
  const { lines, result, text } = await runCsv({ runner, model, csv });
  return { header: lines[0] ?? [], rows: lines.slice(1), result, text };
}

function column(table: { header: string[]; rows: string[][] }, name: string): string[] {
  return table.rows.map((row) => row[table.header.indexOf(name)] ?? 'no such column');
}

function expectClose(texts: string[], numbers: number[]): void {
  expect(texts.length).toBe(numbers.length);
  texts.forEach((text, at) => expect(Number(text)).toBeCloseTo(numbers[at] ?? Number.NaN, 5));
}

describe('classifiers', () => {
  it.each([
    ['zipmap-ints', 4],
    ['zipmap-strings', 4],
    ['zipmap-columns', 4],
    ['zipmap-off', 4],
    ['softmax', 4],
    ['log-softmax', 4],
  ])('says nothing of a row whose probabilities are no numbers: %s', async (model, added) => {
    const table = await run(model, 'a,b,c\n3,1,2\n0,,1\n1,2,4\n');
    expect(table.header[3]).toBe('prediction');
    expect(table.rows.map((row) => row.length)).toEqual([3 + added, 3 + added, 3 + added]);
    expect(table.rows[1]?.slice(3)).toEqual(Array.from({ length: added }, () => ''));
    for (const row of [table.rows[0], table.rows[2]]) expect(row).not.toContain('');
  });

  it('gives label and ZipMap probabilities of numbered classes', async () => {
    const table = await run('zipmap-ints', abc);
    expect(table.header).toEqual([
      'a',
      'b',
      'c',
      'prediction',
      'probability_10',
      'probability_20',
      'probability_30',
    ]);
    expect(column(table, 'prediction')).toEqual(['10', '20', '30']);
    expectClose(table.rows[0]?.slice(4) ?? [], softmax(3, 1, 2));
    expect(table.result.columnMap).toEqual({
      inputs: ['a', 'b', 'c'].map((name) => ({ input: 'float_input', column: name })),
      aside: [],
    });
    expect(table.result.outputs).toEqual(table.header.slice(3));
    expect(table.result.rows).toBe(3);
    expect(table.result.modelLoadMs).toBeGreaterThan(0);
    expect(table.result.runtimeVersion).toMatch(/^onnxruntime-node 1\./);
  });

  it('gives label and ZipMap probabilities of named classes, quoted where they need it', async () => {
    const table = await run('zipmap-strings', abc);
    expect(column(table, 'prediction')).toEqual(['setosa', 'versi,color', 'virginica']);
    expect(table.header.slice(4)).toEqual([
      'probability_setosa',
      'probability_versi,color',
      'probability_virginica',
    ]);
    expect(table.text).toContain('0,5,1,"versi,color",');
  });

  it.each([
    ['zipmap-off', ['mid', 'high'], 'probability_mid'],
    ['zipmap-columns', ['20', '30'], 'probability_20'],
    ['classes-array', ['8', '9'], 'probability_8'],
  ])('names classes and probabilities of %s', async (model, [second = '', third = ''], name) => {
    const table = await run(model, abc);
    expect(column(table, 'prediction').slice(1)).toEqual([second, third]);
    expectClose(column(table, name), [
      softmax(3, 1, 2)[1] ?? 0,
      softmax(0, 5, 1)[1] ?? 0,
      softmax(1, 2, 4)[1] ?? 0,
    ]);
  });

  it.each(['log-softmax', 'batch-of-one', 'no-batch'])(
    'turns the plain tensor of %s into a class and probabilities',
    async (model) => {
      const table = await run(model, abc);
      expect(table.header.slice(3)).toEqual([
        'prediction',
        'probability_0',
        'probability_1',
        'probability_2',
      ]);
      expect(column(table, 'prediction')).toEqual(['0', '1', '2']);
      for (const row of table.rows) expectClose(row.slice(4), softmax(...row.slice(0, 3).map(Number)));
    },
  );

  it('takes class names from the metadata', async () => {
    const table = await run('softmax', abc);
    expect(column(table, 'prediction')).toEqual(['red', 'green', 'blue']);
    expect(table.header[4]).toBe('probability_red');
  });

  it('leaves a lone sigmoid as it is: it may be a share or a scaled number', async () => {
    const table = await run('sigmoid', 'a,b,c\n1,1,-1\n-3,0,1\n');
    expect(table.header.slice(3)).toEqual(['prediction']);
    expectClose(
      column(table, 'prediction'),
      [1, -2].map((x) => 1 / (1 + Math.exp(-x))),
    );
  });

  it('leaves scores as they are where nothing says that they are of classes, whatever they are called', async () => {
    const table = await run('logits', abc);
    expect(table.header.slice(3)).toEqual(['prediction_0', 'prediction_1', 'prediction_2']);
    expect(table.rows.map((row) => row.slice(3))).toEqual([
      ['3', '1', '2'],
      ['0', '5', '1'],
      ['1', '2', '4'],
    ]);
  });

  it('gives images to a network as its shape wants them', async () => {
    const pixels = (first: number, last: number) => [first, ...Array<number>(62).fill(0), last].join(',');
    const header = Array.from({ length: 64 }, (_, at) => `p${at}`).join(',');
    const table = await run('image', `id,${header},label\n7,${pixels(3, 1)},0\n8,${pixels(1, 3)},1\n`);
    expect(column(table, 'prediction_0')).toEqual(['3', '1']);
    expect(column(table, 'prediction_1')).toEqual(['1', '3']);
    expect(table.result.columnMap.aside).toEqual(['id', 'label']);
  });

  it("gives an outlier detector's label and score", async () => {
    const table = await run('label-and-score', 'a,b,c\n1,2,3\n-5,1,1\n');
    expect(table.header.slice(3)).toEqual(['prediction', 'scores']);
    expect(table.rows.map((row) => row.slice(3))).toEqual([
      ['1', '6'],
      ['-1', '-3'],
    ]);
  });
});

describe('regressors', () => {
  it('takes one input per column, of every type, by name in any order and spelling', async () => {
    const table = await run(
      'columns-mixed',
      'note,City,room count,income,age,visits,MEMBER\nx,Lima,2,3.5,1.5,4,yes\ny,,1,0,,2,false\n',
    );
    expect(table.header.at(-1)).toBe('prediction');
    // 1.5 + 10*4 + 100*1 + 1000*2 + 10000*3.5 + 100000*2
    expect(column(table, 'prediction')).toEqual(['237141.5', 'NaN']);
    expect(table.result.columnMap.aside).toEqual(['note']);
    expect(table.result.columnMap.inputs).toContainEqual({ input: 'room_count', column: 'room count' });
  });

  it('takes a matrix beside a text column, by order or by numbered names', async () => {
    expect(column(await run('columns-grouped', 'kind,x,y\na,1,2\nb,3,4\n'), 'prediction')).toEqual([
      '103',
      '207',
    ]);
    const named = await run('columns-grouped', 'other,numbers_1,kind,numbers_0\n9,2,a,1\n');
    expect(column(named, 'prediction')).toEqual(['103']);
  });

  it.each([
    ['double-matrix', 'a,b,c\n0.1,0.2,0.5\n', '0.8'],
    ['int64-matrix', 'a,b\n4503599627370497,1\n', '4503599627370498'],
    ['strings-matrix', 'q1,q2\nyes,yes\n', '2'],
    ['dynamic-features', 'id,a,b,note\n5,1.5,2,text\n', '3.5'],
    ['batch-of-four', 'a,b,c\n1,2,3\n', '6'],
  ])('runs %s', async (model, csv, expected) => {
    expect(column(await run(model, csv), 'prediction')).toEqual([expected]);
  });

  it('fills up fixed batches and keeps every row', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => `${at},1,1`);
    const table = await run('batch-of-four', `a,b,c\n${rows.join('\n')}\n`);
    expect(column(table, 'prediction')).toEqual(rows.map((_, at) => String(at + 2)));
  });

  it('numbers the targets of one output and names those of several', async () => {
    const many = await run('regressor-many-targets', abc);
    expect(many.header.slice(3)).toEqual(['prediction_0', 'prediction_1']);
    expect(many.rows[0]?.slice(3)).toEqual(['6', '60']);
    const two = await run('regressor-two-outputs', abc);
    expect(two.header.slice(3)).toEqual(['prediction_top', 'prediction_bottom']);
    expect(two.rows[0]?.slice(3)).toEqual(['3', '1']);
  });

  it("matches by the names in the model's metadata, whatever the order", async () => {
    const table = await run('feature-names', 'sepal_length,id,Petal Length,petal width\n3,99,1,2\n');
    expect(column(table, 'prediction')).toEqual(['321']);
  });

  it('keeps a prediction column that the table has already', async () => {
    const table = await run('echo', 'x,prediction\n0.1,old\n');
    expect(table.header).toEqual(['x', 'prediction', 'prediction_1']);
    expect(table.rows).toEqual([['0.1', 'old', '0.1']]);
  });
});

describe('one runner process', () => {
  it('keeps a model warm and tells two models apart', async () => {
    const runner = startTestRunner(built.modulePath);
    const first = await run('echo', 'x\n1\n', runner);
    const other = await run('softmax', abc, runner);
    const again = await run('echo', 'x\n2\n', runner);
    expect([first, other, again].map(({ result }) => result.modelLoadMs > 0)).toEqual([true, true, false]);
    expect(column(again, 'prediction')).toEqual(['2']);
  });

  it('describes a model', async () => {
    const runner = startTestRunner(built.modulePath);
    expect(await runner.inspect(fixture('zipmap-strings'))).toEqual({
      producer: 'meshdeck-fixtures',
      inputs: [{ name: 'float_input', type: 'float32', shape: ['', 3] }],
      outputs: [
        { name: 'output_label', type: 'string', shape: [''] },
        { name: 'output_probability', type: 'float32', shape: ['', 3] },
      ],
      classNames: ['setosa', 'versi,color', 'virginica'],
    });
    expect((await runner.inspect(fixture('feature-names'))).featureNames).toEqual([
      'petal length',
      'petal width',
      'sepal length',
    ]);
  });
});

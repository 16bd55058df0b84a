import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRunner, type OnnxRunner } from './onnx-runner.js';
import { buildRunnerProcess, fixture, runCsv, temporaryFolder, testRunnerOptions } from './test-runner.js';

let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
let runner: OnnxRunner;
// One warm process for all of them: each bad run must leave it able to take the next.
beforeAll(async () => {
  built = await buildRunnerProcess();
  runner = createOnnxRunner(testRunnerOptions(built.modulePath));
});
afterAll(async () => {
  await runner.stop();
  await built.remove();
});

const rejects = (model: string, csv: string | Buffer, code: string, message: string) =>
  expect(runCsv({ runner, model, csv })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  });

describe('models', () => {
  it.each([
    ['text', 'this is no model'],
    ['an empty file', ''],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n0000000000', 'latin1')],
  ])('refuses %s', async (_, bytes) => {
    const path = join(await temporaryFolder(), 'model.onnx');
    await writeFile(path, bytes);
    await rejects(path, 'a\n1\n', 'model-invalid', 'not an ONNX model');
    await expect(runner.inspect(path)).rejects.toMatchObject({ code: 'model-invalid' });
  });

  it('refuses operators the runtime does not have, and outputs no table can hold', async () => {
    await rejects('unknown-operator', 'a,b,c\n1,2,3\n', 'model-unsupported', 'FrobnicateRows');
    await rejects(
      'forms/sequence-only',
      'a,b,c\n1,2,3\n',
      'model-unsupported',
      '"states": it is a sequence that',
    );
  });

  /** The model in a folder of its own, with this file of weights beside it. */
  async function besideWeights(model: string, weights: Uint8Array): Promise<string> {
    const folder = await temporaryFolder();
    await copyFile(fixture(model), join(folder, 'model.onnx'));
    await writeFile(join(folder, 'weights.data'), weights);
    return join(folder, 'model.onnx');
  }

  it.each(['weights-outside', 'weights-outside-zipmap'])(
    'says that the weights of %s are missing, and takes it with them',
    async (model) => {
      const csv = 'a,b,c\n1,2,3\n';
      const message =
        'keeps its weights in a file of their own, "weights.data", and that file is missing or incomplete. Push the folder';
      await rejects(model, csv, 'model-invalid', message);
      const short = await besideWeights(model, new Uint8Array(4));
      await rejects(short, csv, 'model-invalid', 'missing or incomplete. Push the folder');
      const identity = Float32Array.from([1, 0, 0, 1, 0, 0]);
      const whole = await besideWeights(model, new Uint8Array(identity.buffer));
      const { lines } = await runCsv({ runner, model: whole, csv });
      expect(lines[1]?.[3]).toBe('1');
    },
  );

  it('says when the file is gone', () =>
    rejects('/nonexistent/model.onnx', 'a\n1\n', 'not-found', 'model file'));
});

describe('columns', () => {
  it('names what is missing, what is extra, and what the model wants', async () => {
    await rejects(
      'columns-mixed',
      'age,town,visits,member,income,room_count\n1,Oslo,1,1,1,1\n',
      'csv-column-mismatch',
      'The CSV lacks the column "city". It has "town", which the model does not know. The model wants "age", "visits",',
    );
    await rejects(
      'feature-names',
      'petal length,width\n1,2\n',
      'csv-column-mismatch',
      'The CSV lacks 2 columns "petal width", "sepal length". It has "width"',
    );
  });

  it('lists what the model wants once where all of it is missing, eight names at most', async () => {
    const error: unknown = await runCsv({ runner, model: 'columns-mixed', csv: 'town\nOslo\n' }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).toContain('The CSV lacks 6 columns "age", "visits", "member", "city"');
    expect(String(error)).not.toContain('The model wants');
    const names = Array.from({ length: 20 }, (_, column) => `c${column}`);
    await rejects(
      'softmax',
      `${names.join(',')}\n${names.map(() => 1).join(',')}\n`,
      'csv-column-mismatch',
      'the CSV has 20: "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7" and 12 more.',
    );
  });

  it.each(['softmax', 'columns-mixed', 'feature-names'])(
    'says so where nothing divides the columns that the model %s wants',
    (model) =>
      rejects(model, 'a/b/c\n1/2/3\n', 'csv-column-mismatch', 'Nothing divides its first line into columns'),
  );

  it('says what to say where blanks may part the columns', () =>
    rejects('columns-mixed', 'a b c\n1 2 3\n4 5 6\n', 'csv-column-mismatch', '--delimiter space'));

  it('says so where the columns have no names and the model asks for some', () =>
    rejects(
      'columns-mixed',
      '0.5,1.5,2.5\n1.25,4.5,7.5\n',
      'csv-column-mismatch',
      '"column_1", "column_2", "column_3", which the model does not know. Columns are counted so where a table has no line',
    ));

  it('does not say so of a model that wants one column', async () => {
    const error: unknown = await runCsv({ runner, model: 'softmax', csv: 'a,b\n1,2\n' }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).not.toContain('divides');
  });

  it('counts the feature columns of a matrix', async () => {
    await rejects(
      'softmax',
      'id,a,b,label\n1,2,3,4\n',
      'csv-column-mismatch',
      'The model takes 3 number columns (input "x" [?, 3]); the CSV has 2: "a", "b". Put aside as no number features: ' +
        '"id" (named as an id), "label" (named as what is to be predicted). The CSV lacks one number ' +
        'column: add it in the order of the training data, or say which columns the model takes, in its order, with --map x=COLUMN once for each.',
    );
    await rejects(
      'softmax',
      'a,b,c,d,e\n1,2,3,4,5\n',
      'csv-column-mismatch',
      'the CSV has 5: "a", "b", "c", "d", "e". Nothing tells which 2 are no feature: put them aside with --aside COLUMN',
    );
  });

  it('does not take an id for the feature that is missing', () =>
    rejects('softmax', 'id,a,b\n1,2,3\n', 'csv-column-mismatch', 'the CSV has 2: "a", "b"'));

  it('refuses to guess between two columns of one name', () =>
    rejects(
      'columns-grouped',
      'x,y,Kind,KIND\n1,2,a,b\n',
      'csv-column-mismatch',
      'more than one column that could be the model\'s "kind"',
    ));
});

describe('values', () => {
  it('names line, column and value of text where a number belongs', async () => {
    await rejects(
      'softmax',
      'id,a,b,c\n1,2,3,4\n2,"x\ny",3,4\n3,1,1,twelve\n',
      'csv-value-invalid',
      'Line 3, column "a" says "x\\ny" where the model needs a number.',
    );
    await rejects(
      'softmax',
      'a,b,c\n1,2,3\n1,1,1.2.3\n',
      'csv-value-invalid',
      'Line 3, column "c" says "1.2.3"',
    );
  });

  it('shortens long values', async () => {
    const error: unknown = await runCsv({
      runner,
      model: 'softmax',
      csv: `a,b,c\n1,2,3\n1,2,${'long'.repeat(100)}\n`,
    }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/Line 3, column "c" says "(long){10}\.\.\." where/);
  });

  it('explains a missing value where only whole numbers go, and a fraction there', async () => {
    await rejects('int64-matrix', 'a,b\n1,2\n3,NA\n', 'csv-value-invalid', 'Line 3, column "b" has no value');
    await rejects('int64-matrix', 'a,b\n1,2.5\n', 'csv-value-invalid', 'needs a whole number');
  });

  it('refuses what is neither true nor false, and what does not fit', async () => {
    const csv = (member: string, rooms: string) =>
      `age,city,visits,member,income,room_count\n1,Oslo,1,${member},1,${rooms}\n`;
    await rejects('columns-mixed', csv('maybe', '1'), 'csv-value-invalid', 'needs true or false');
    await rejects(
      'columns-mixed',
      csv('no', '3000000000'),
      'csv-value-invalid',
      'from -2147483648 to 2147483647',
    );
  });

  it('gives NaN to the model for missing values of float columns', async () => {
    const { lines } = await runCsv({ runner, model: 'echo', csv: 'id,x\n1,\n2,NaN\n3,null\n4,5\n' });
    expect(lines.slice(1).map((row) => row[2])).toEqual(['NaN', 'NaN', 'NaN', '5']);
  });
});

describe('tables', () => {
  it.each([
    ['', 'csv-empty', 'The CSV is empty'],
    ['a,b,c\n', 'csv-empty', 'has a header but no rows'],
    ['a,b,c\n1,2,3\n1,2\n', 'csv-malformed', 'Line 3 has 2 fields, the header has 3.'],
    ['a,b,c\n"1\n",2,3\n1,2,3,4\n', 'csv-malformed', 'Line 4 has 4 fields, the header has 3.'],
  ])('refuses %j', (csv, code, message) => rejects('softmax', csv, code, message));

  it.each([
    ['measurements', '5.1,3.5,1.4\n4.9,3,1.4\n'],
    ['measurements with decimal commas', '5,1;3,5;1,4\n4,9;3;1,4\n'],
    ['whole numbers in no order', '3,1,2\n1,2,3\n'],
  ])('predicts a first line of %s, too: the table has no names', async (_, csv) => {
    const { result, lines } = await runCsv({ runner, model: 'softmax', csv });
    expect(result.rows).toBe(2);
    expect(lines[0]?.slice(0, 3)).toEqual(['column_1', 'column_2', 'column_3']);
  });

  it('predicts one column of numbers, the first of them included', async () => {
    const { lines } = await runCsv({ runner, model: 'echo', csv: '1\n2\n3\n' });
    expect(lines.map(([value]) => value)).toEqual(['column_1', '1', '2', '3']);
  });

  it('asks whether a first line of numbers names the columns where it could', () =>
    rejects(
      'softmax',
      '400,410,420\n0.1,0.2,0.25\n0.2,0.1,0.5\n',
      'csv-ambiguous',
      '--header none for a row',
    ));

  it('keeps rows of delimiters in the result, without a prediction', async () => {
    const { text, result } = await runCsv({
      runner,
      model: 'softmax',
      csv: 'a,b,c\n,,\n3,1,2\n , ,\n0,5,1\n,,\n',
    });
    const rows = text.split('\n').map((line) => line.split(',').slice(0, 4).join(','));
    expect(rows).toEqual(['a,b,c,prediction', '3,1,2,red', ' , ,,', '0,5,1,green', ',,,', '']);
    expect(result.rows).toBe(4);
  });

  it.each(['0,1,2', '1,2,3'])('takes columns counted %s, as pandas names them', async (header) => {
    const { result } = await runCsv({ runner, model: 'softmax', csv: `${header}\n4,5,6\n` });
    expect(result.rows).toBe(1);
  });

  it('leaves no file behind, and takes the next run', async () => {
    const folder = await temporaryFolder();
    const inputPath = join(folder, 'in.csv');
    const outputPath = join(folder, 'out.csv');
    await writeFile(inputPath, `x\n${'1\n'.repeat(300_000)}oops\n`);
    const request = {
      modelPath: fixture('echo'),
      inputPath,
      outputPath,
      outputLimitBytes: 1e9,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    await expect(runner.run(request)).rejects.toMatchObject({ code: 'csv-value-invalid' });
    expect([existsSync(outputPath), existsSync(`${outputPath}.part`)]).toEqual([false, false]);
    await writeFile(inputPath, 'x\n1\n');
    expect((await runner.run(request)).rows).toBe(1);
    expect(existsSync(outputPath)).toBe(true);
  });

  it('stops at the output limit', () =>
    expect(
      runCsv({ runner, model: 'echo', csv: `x\n${'1\n'.repeat(50_000)}`, outputLimitBytes: 100_000 }),
    ).rejects.toMatchObject({
      code: 'app-output-limit',
      message: expect.stringContaining('100 kB') as string,
    }));
});

it.each([
  ['comma', 'id,a,b,c,note\n1,3,1,2,"x, y"\n2,0,5,1,z\n', 'id,a,b,c,note,prediction', '1,3,1,2,"x, y",red,'],
  ['semicolon', 'id;a;b;c\n1;3,5;1;2\n', 'id;a;b;c;prediction', '1;3,5;1;2;red;'],
  ['tab', 'id\ta\tb\tc\n1\t3\t1\t2\n', 'id\ta\tb\tc\tprediction', '1\t3\t1\t2\tred\t'],
  ['byte order mark and CRLF', '\ufeffa,b,c\r\n3,1,2\r\n', '\ufeffa,b,c,prediction', '\r\n3,1,2,red,'],
  [
    'quotes and newlines',
    '"a","b","c","n"\n"3","1","2","one\ntwo"\n',
    '"a","b","c","n",prediction',
    '"one\ntwo",red,',
  ],
])('keeps the dialect and the rows of a table with %s', async (_, csv, header, row) => {
  const { text } = await runCsv({ runner, model: 'softmax', csv });
  expect(text.startsWith(header)).toBe(true);
  expect(text).toContain(row);
  expect(text.includes('\r\n')).toBe(csv.includes('\r\n'));
});

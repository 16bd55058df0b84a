import { expect, it } from 'vitest';
import { problemWithApp, problemWithTable, sortDropped } from './accepted-files.js';

const file = (name: string, size = 10) => ({ name, size });

it('takes models, apps and tables by their endings', () => {
  for (const name of ['a.onnx', 'B.PY', 'c.mjs', 'd.zip', 'e.tar.gz'])
    expect(problemWithApp(file(name))).toBeNull();
  const tables = ['a.CSV', 'b.xlsx', 'c.parquet', 'd.jsonl', 'e.ndjson', 'f.json'];
  for (const name of [...tables, 'photos.zip', 'x.JPEG', 'x.png'])
    expect(problemWithTable(file(name))).toBeNull();
});

it('says what is wrong with the others', () => {
  expect(problemWithApp(file('a.csv'))).toContain('other side');
  expect(problemWithApp(file('a.xlsx'))).toContain('other side');
  expect(problemWithTable(file('a.xls'))).toContain('save it as CSV');
  expect(problemWithTable(file('a.onnx'))).toContain('other side');
  expect(problemWithApp(file('a.exe'))).toContain('no model or app');
  expect(problemWithTable(file('a.csv', 0))).toContain('empty');
  expect(problemWithTable(file('a.png'), 3)).toContain('pack them');
});

it('tells two files dropped together apart', () => {
  expect(sortDropped([file('t.csv'), file('m.onnx')])).toEqual({ app: file('m.onnx'), table: file('t.csv') });
  expect(sortDropped([file('x.exe')])).toEqual({ app: null, table: null });
  const [photos, model] = [file('photos.zip'), file('m.onnx')];
  expect(sortDropped([photos, model])).toEqual({ app: model, table: photos });
  expect(sortDropped([file('app.zip'), file('t.csv')])).toEqual({
    app: file('app.zip'),
    table: file('t.csv'),
  });
});

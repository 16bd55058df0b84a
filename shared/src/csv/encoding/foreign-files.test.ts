import { expect, it } from 'vitest';
import { foreignFile } from './foreign-files.js';

const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

it.each([
  ['PK\x03\x04\x14\0\x06\0[Content_Types].xml', 'Excel workbook (.xlsx)'],
  ['PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet', 'OpenDocument'],
  ['PK\x03\x04\x14\0\0\0arr_0.npy', 'numpy'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'old Excel workbook'],
  ['PAR1\x15\x04\x15\x10', 'Parquet'],
  ['\x1f\x8b\x08\0', 'gzip'],
  ['%PDF-1.7\n', 'PDF'],
  ['\xef\xbb\xbf  <!DOCTYPE html>', 'HTML page'],
  ['<html lang="en">', 'HTML page'],
  ['<?xml version="1.0"?>', 'XML'],
  ['[\n  {"a": 1}]', 'JSON'],
  ['{"a": 1}\n{"a": 2}\n', 'JSON'],
  ['SQLite format 3\0', 'SQLite'],
  ['\x93NUMPY\x01\0', 'numpy array'],
  ['\x80\x04\x95\x10', 'pickle'],
  ['\x89PNG\r\n', 'image'],
  ['% 1. Title\n@relation iris\n', 'ARFF'],
  ['-1 3:1 11:1 14:1\n', 'LIBSVM'],
  ['version https://git-lfs.github.com/spec/v1\n', 'Git LFS'],
])('names what begins with %j', (start, name) => {
  expect(foreignFile(bytes(start))?.message).toContain(name);
});

it.each([
  'ORCHARD,apples\nnorth,5\n',
  'PAR1,x\n1,2\n',
  'BZh,x\n1,2\n',
  '[id],[name]\n1,Ana\n',
  '{x},{y}\n1,2\n',
  'version,x\n1,2\n',
  '%,x\n1,2\n',
  '<5,x\n1,2\n',
  '1 2 3\n4 5 6\n',
  'PK,x\n1,2\n',
])('takes a table that begins with %j for one', (start) => {
  expect(foreignFile(bytes(start))).toBeNull();
});

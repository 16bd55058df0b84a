import { describe, expect, it } from 'vitest';
import { tableFormat } from './other-formats.js';
import { zipEntryNames } from './zip-names.js';

/** Local headers as a zip archive begins with; `streamed`: sizes stand behind the data, as many programs write them. */
function archive(entries: readonly (readonly [name: string, data: string])[], streamed = false): Uint8Array {
  return Buffer.concat(
    entries.map(([name, data]) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(streamed ? 8 : 0, 6);
      header.writeUInt32LE(streamed ? 0 : data.length, 18);
      header.writeUInt16LE(name.length, 26);
      header.writeUInt16LE(4, 28);
      return Buffer.concat([header, Buffer.from(`${name}extr${data}`, 'latin1')]);
    }),
  ).subarray(0, 4096);
}

const png = '\x89PNG\r\n\x1a\n';

describe.each([
  ['sizes in front', false],
  ['sizes behind', true],
])('a zip archive with its %s', (_how, streamed) => {
  it.each([
    [
      'a folder of a size',
      [
        ['s/1.png', png],
        ['xl/', ''],
        ['xl/1.png', png],
      ],
    ],
    [
      'a folder that ends so',
      [
        ['pixl/1.png', png],
        ['my_rels/2.png', png],
      ],
    ],
    [
      'labels beside pictures',
      [
        ['xl/1.png', png],
        ['xl/1.xml', '<annotation/>'],
      ],
    ],
    ['pixels that say so', [['1.png', `${png} xl/workbook.xml docProps/ [Content_Types].xml opendocument`]]],
    [
      'a book',
      [
        ['mimetype', 'application/epub+zip'],
        ['META-INF/container.xml', ''],
      ],
    ],
  ] as const)('is no workbook: %s', (_what, entries) => {
    expect(tableFormat(archive(entries, streamed))).toBeNull();
    expect(zipEntryNames(archive(entries, streamed))).toEqual(entries.map(([name]) => name));
  });

  it.each([
    [
      'as Excel writes it',
      [
        ['[Content_Types].xml', '<Types/>'],
        ['_rels/.rels', ''],
      ],
    ],
    ['by its properties', [['docProps/app.xml', '']]],
    ['with its sheet first', [['xl/worksheets/sheet1.xml', 'x'.repeat(5000)]]],
    [
      'with its sheets first',
      [
        ['xl/workbook.xml', '<w/>'],
        ['xl/styles.xml', ''],
      ],
    ],
    ['written on Windows', [['xl\\workbook.xml', '<w/>']]],
    [
      'with a picture of its own first',
      [
        ['xl/media/image1.png', png],
        ['xl/drawings/drawing1.xml', ''],
      ],
    ],
    ['an OpenDocument', [['mimetype', 'application/vnd.oasis.opendocument.spreadsheet']]],
  ] as const)('is a workbook: %s', (_what, entries) => {
    expect(tableFormat(archive(entries, streamed))).toBe('xlsx');
  });
});

it('has no names where it is none, empty or cut in a name', () => {
  expect(zipEntryNames(Buffer.from('x,y\n1,2\n'))).toEqual([]);
  expect(zipEntryNames(Buffer.from('PK\x05\x06'))).toEqual([]);
  expect(
    zipEntryNames(
      archive([
        ['a.png', ''],
        ['folder/b.png', ''],
      ]).subarray(0, 75),
    ),
  ).toEqual(['a.png']);
});

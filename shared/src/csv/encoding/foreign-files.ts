import { MeshdeckError } from '../../errors.js';

/** A kind of file that is no text table: what its first bytes are, what it is, and how a table is made of it. */
interface ForeignKind {
  /** What the file begins with, a character a byte. */
  starts: readonly string[];
  what: string;
  advice: string;
}

const saveAsCsv = 'Open it and save it as "CSV UTF-8".';
const unpack = 'Unpack it and give the table inside.';
const python = (read: string) => `Turn it into a CSV, in Python: ${read}.to_csv("table.csv", index=False).`;
const image = { what: 'an image', advice: 'A table of its values is needed.' };

const kinds: readonly ForeignKind[] = [
  { starts: ['\xd0\xcf\x11\xe0'], what: 'an old Excel workbook (.xls)', advice: saveAsCsv },
  { starts: ['PAR1'], what: 'a Parquet file', advice: python('pandas.read_parquet("table.parquet")') },
  {
    starts: ['ARROW1', 'FEA1'],
    what: 'a Feather (Arrow) file',
    advice: python('pandas.read_feather("table.feather")'),
  },
  { starts: ['\x89HDF'], what: 'an HDF5 file', advice: python('pandas.read_hdf("table.h5")') },
  { starts: ['SQLite format 3\0'], what: 'an SQLite database', advice: 'Export one of its tables as CSV.' },
  {
    starts: ['\x93NUMPY'],
    what: 'a numpy array (.npy)',
    advice:
      'Turn it into a CSV, in Python: pandas.DataFrame(numpy.load("table.npy")).to_csv("table.csv", index=False).',
  },
  {
    starts: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    what: 'a pickle of Python',
    advice: python('pandas.read_pickle("table.pkl")'),
  },
  {
    starts: ['RDX2', 'RDX3', 'RDA2', 'RDA3'],
    what: 'an R data file',
    advice: 'Write it with write.csv(x, "table.csv", row.names = FALSE).',
  },
  { starts: ['$FL2', '$FL3'], what: 'an SPSS file', advice: python('pandas.read_spss("table.sav")') },
  { starts: ['<stata_dta>'], what: 'a Stata file', advice: python('pandas.read_stata("table.dta")') },
  { starts: ['Obj\x01'], what: 'an Avro file', advice: 'Export it as CSV.' },
  { starts: ['ORC'], what: 'an ORC file', advice: python('pandas.read_orc("table.orc")') },
  { starts: ['\x1f\x8b'], what: 'compressed with gzip', advice: unpack },
  { starts: ['BZh'], what: 'compressed with bzip2', advice: unpack },
  { starts: ['\xfd7zXZ'], what: 'compressed with xz', advice: unpack },
  { starts: ['\x28\xb5\x2f\xfd'], what: 'compressed with zstd', advice: unpack },
  { starts: ['7z\xbc\xaf', 'Rar!'], what: 'an archive', advice: unpack },
  { starts: ['%PDF'], what: 'a PDF', advice: 'Ask for the table itself, as a CSV.' },
  { starts: ['{\\rtf'], what: 'an RTF document', advice: 'Save the table as plain text.' },
  { starts: ['\x89PNG', '\xff\xd8\xff', 'GIF8'], ...image },
  {
    starts: ['version https://git-lfs.github.com/'],
    what: "a Git LFS pointer in the table's place",
    advice: 'Fetch the file itself: git lfs pull.',
  },
];

/** What others than text begin with; most tables are done with a look at their first sign. */
const firstSigns = new Set(kinds.flatMap(({ starts }) => starts.map((start) => start[0] ?? '')));
const textSigns = new Set(['P', '<', '[', '{', '%', '@', '+', '-', '.', ...'0123456789']);

const asCharacters = (head: Uint8Array, most: number) => String.fromCharCode(...head.subarray(0, most));

/** What the file is when it is no text table but a known other kind of file; null where it may be one. */
export function foreignFile(head: Uint8Array): MeshdeckError | null {
  const [first = '', sign = ''] = [
    asCharacters(head, 1),
    asCharacters(head, 64).replace(/^\xef\xbb\xbf|\s/g, '')[0],
  ];
  if (!firstSigns.has(first) && !textSigns.has(sign)) return null;
  const text = asCharacters(head, 4096);
  const kind = text.startsWith('PK\x03\x04') ? zipKind(text) : (kindByStart(text) ?? textKind(text));
  if (kind === undefined) return null;
  return new MeshdeckError('csv-malformed', `This file is ${kind.what}, not a CSV. ${kind.advice}`);
}

function kindByStart(text: string): ForeignKind | undefined {
  const kind = kinds.find(({ starts }) => starts.some((start) => text.startsWith(start)));
  if (kind === undefined) return undefined;
  // Names of columns may begin like these: what else they are shows in bytes that no text has.
  const isWord = /^[A-Za-z0-9]+$/.test(kind.starts[0] ?? '');
  return isWord && ![...text].some(isControl) ? undefined : kind;
}

const isControl = (sign: string) => sign < '\t' || (sign > '\r' && sign < ' ');

/** Excel's and OpenDocument's files are ZIP archives; what is in them shows in the first names. */
function zipKind(text: string): ForeignKind {
  if (text.includes('opendocument')) {
    return { starts: [], what: 'an OpenDocument spreadsheet (.ods)', advice: saveAsCsv };
  }
  if (/xl\/|\[Content_Types\]\.xml|_rels\/|docProps\//.test(text)) {
    return { starts: [], what: 'an Excel workbook (.xlsx)', advice: saveAsCsv };
  }
  if (text.includes('.npy'))
    return { starts: [], what: 'an archive of numpy arrays (.npz)', advice: saveArray };
  return { starts: [], what: 'a spreadsheet or a ZIP archive', advice: `${saveAsCsv} Or unpack it first.` };
}
const saveArray =
  'Write the array you mean as a CSV, in Python: numpy.savetxt("table.csv", array, delimiter=",").';

/** Text of another kind than a table. */
function textKind(text: string): ForeignKind | undefined {
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  const of = (what: string, advice: string): ForeignKind => ({ starts: [], what, advice });
  if (/^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body|table)\b/i.test(start)) {
    return of('an HTML page', 'A download may need a sign-in first. Save the table itself as a CSV.');
  }
  if (/^<\?xml|^<!doctype/i.test(start)) return of('XML', 'Export the table as a CSV.');
  if (/^\[\s*[[{]|^\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})/.test(start)) {
    return of(
      'JSON',
      'Turn it into a CSV, in Python: pandas.read_json("table.json").to_csv("table.csv", index=False). For JSON lines add lines=True.',
    );
  }
  if (/^(?:%[^\n]*\n|\s)*@relation\b/i.test(start)) {
    return of('an ARFF file (Weka)', 'Save it as a CSV.');
  }
  if (/^[-+]?[\d.]+(?:[ \t]+\d+:[-+\d.eE]+)+\s*(?:\n|$)/.test(start)) {
    return of('in the format of LIBSVM', 'Write it as a table with a column for each feature.');
  }
  return undefined;
}

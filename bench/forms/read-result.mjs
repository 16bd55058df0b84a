const bytesOf = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };

/** @param {Buffer} bytes @param {readonly number[]} mark */
const startsWith = (bytes, mark) => mark.every((byte, index) => bytes[index] === byte);

/**
 * A result's text: UTF-8, or UTF-16 that says so.
 *
 * @param {Buffer} bytes
 * @returns {string}
 * @throws {TypeError} It is neither.
 */
export function textOf(bytes) {
  if (startsWith(bytes, bytesOf.utf16le)) return new TextDecoder('utf-16le').decode(bytes);
  if (startsWith(bytes, bytesOf.utf16be)) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/**
 * Records as RFC 4180 and Python's csv module read them: a quote opens a cell only at its start, any of CR, LF and CRLF
 * ends a line, blank lines are no records. Written apart from the product's reader, so that the two do not share a fault.
 *
 * @param {string} text
 * @param {string} delimiter
 * @returns {string[][]}
 */
export function recordsOf(text, delimiter) {
  /** @type {string[][]} */
  const records = [];
  /** @type {string[]} */
  let record = [];
  let cell = '';
  let state = /** @type {'start' | 'plain' | 'quoted' | 'after'} */ ('start');
  const endCell = () => {
    record.push(cell);
    cell = '';
    state = 'start';
  };
  const endRecord = () => {
    const blank = record.length === 0 && cell === '' && state === 'start';
    endCell();
    if (!blank) records.push(record);
    record = [];
  };
  for (const character of text) {
    if (state === 'quoted') {
      if (character === '"') state = 'after';
      else cell += character;
    } else if (character === '"' && state === 'start') state = 'quoted';
    else if (character === '"' && state === 'after') {
      cell += '"';
      state = 'quoted';
    } else if (character === delimiter) endCell();
    else if (character === '\n' || character === '\r') endRecord();
    else {
      cell += character;
      state = 'plain';
    }
  }
  endRecord();
  return records;
}

const delimiters = [',', ';', '\t', '|', ' '];

/**
 * The result in the delimiter that finds most of the columns asked for.
 *
 * @param {string} text
 * @param {readonly string[]} names
 * @returns {{ header: string[], rows: string[][] }}
 */
export function tableOf(text, names) {
  const found = delimiters.map((delimiter) => {
    const [header = [], ...rows] = recordsOf(text, delimiter);
    return { header, rows, hits: names.filter((name) => header.includes(name)).length };
  });
  return found.reduce((best, one) =>
    one.hits > best.hits || (one.hits === best.hits && one.header.length > best.header.length) ? one : best,
  );
}

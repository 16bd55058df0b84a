/**
 * @typedef {{
 *   delimiter: ',' | ';' | '\t', decimal: '.' | ',', encoding: 'utf8' | 'utf8-bom' | 'utf16le' | 'utf16be' | 'latin1',
 *   end: '\n' | '\r\n' | '\r' | '\r\r\n', index: '' | 'nameless' | 'quoted', quotes: 'needed' | 'all',
 *   above: '' | 'sep' | 'title' | 'blank', below: '' | 'delimiters' | 'blank', lastEnd: boolean,
 * }} Form
 */

/** @param {string} text @param {Form['encoding']} encoding @returns {Buffer} */
function encode(text, encoding) {
  if (encoding === 'utf8' || encoding === 'latin1') return Buffer.from(text, encoding);
  if (encoding === 'utf8-bom') return Buffer.from(`\ufeff${text}`, 'utf8');
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  return encoding === 'utf16le' ? little : little.swap16();
}

/**
 * One table in one of the forms in which tables come. Numbers take the form's decimal sign.
 *
 * @param {readonly string[]} names
 * @param {readonly (readonly (string | number)[])[]} rows
 * @param {Form} form
 * @returns {Buffer}
 */
export function renderTable(names, rows, form) {
  const { delimiter, decimal, end, index, quotes } = form;
  const cell = (/** @type {string | number} */ value) => {
    const text = typeof value === 'number' ? String(value).replace('.', decimal) : value;
    return quotes === 'all' || text.includes(delimiter) ? `"${text}"` : text;
  };
  const key = (/** @type {string} */ text) => (index === 'quoted' ? `"${text}"` : text);
  const lines = [
    ...{ '': [], sep: [`sep=${delimiter}`], title: ['Export'], blank: [''] }[form.above],
    [...(index === '' ? [] : [key('')]), ...names.map(cell)].join(delimiter),
    ...rows.map((row, at) => [...(index === '' ? [] : [key(String(at))]), ...row.map(cell)].join(delimiter)),
    ...{ '': [], delimiters: [delimiter.repeat(names.length - (index === '' ? 1 : 0))], blank: [''] }[
      form.below
    ],
  ];
  return encode(lines.join(end) + (form.lastEnd ? end : ''), form.encoding);
}

/** Reads a table with `,` `;` or tab, quotes, and any line ending: its delimiter and its records, header first. */
export function readTable(text) {
  const body = text.replace(/^\ufeff/, '');
  const first = body.split('\n', 1)[0] ?? '';
  const delimiter = [',', ';', '\t'].reduce((best, candidate) =>
    first.split(candidate).length > first.split(best).length ? candidate : best,
  );
  const records = [];
  let record = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const letter = body[at];
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (body[at + 1] === '"') field += body[at++];
      else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === delimiter) {
      record.push(field);
      field = '';
    } else if (letter === '\n') {
      records.push([...record, field.replace(/\r$/, '')]);
      record = [];
      field = '';
    } else field += letter;
  }
  if (field !== '' || record.length > 0) records.push([...record, field]);
  return { delimiter, records: records.filter((fields) => fields.length > 1 || fields[0] !== '') };
}

/** One record as a line. */
export function writeRecord(fields, delimiter) {
  const quote = (field) =>
    /["\r\n]/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field;
  return `${fields.map(quote).join(delimiter)}\n`;
}

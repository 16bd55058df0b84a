import type { CsvDialect } from '@meshdeck/shared/csv';

/** The values of one record, quotes taken off [RFC 4180 §2.5 to §2.7]. */
export function recordFields(record: Buffer, delimiter: CsvDialect['delimiter']): string[] {
  const text = record.toString('utf8');
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') field += text[++at] ?? '';
      else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === delimiter) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
}

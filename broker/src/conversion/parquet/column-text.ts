/** A column of a Parquet file, and how DuckDB gives its values as text. */
export interface ParquetColumn {
  name: string;
  sql: string;
  /** Its values may hold anything, so they are quoted where they must be. */
  isText: boolean;
  isNumber?: boolean;
  isBytes?: boolean;
}

const asText = (column: string) => `CAST(${column} AS VARCHAR)`;
const numberTypes = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(.*\))$/;
const plainTypes = /^(?:DATE|TIME|TIME_NS|TIME WITH TIME ZONE)$/;

/**
 * Whole numbers and decimals in all their digits, floats by the fewest that give them back, dates and times as ISO 8601 (`Z`
 * where the file has them in UTC), truth values as True and False. Null for lists, objects and what else has no one value.
 */
export function parquetColumn(name: string, column: string, type: string): ParquetColumn | null {
  if (numberTypes.test(type)) return { name, sql: asText(column), isText: false, isNumber: true };
  if (plainTypes.test(type)) return { name, sql: asText(column), isText: false };
  if (type === 'FLOAT' || type === 'DOUBLE') {
    return {
      ...{ name, isText: false, isNumber: true },
      sql: `CASE WHEN isnan(${column}) THEN 'NaN' ELSE ${asText(column)} END`,
    };
  }
  if (type === 'BOOLEAN')
    return { name, sql: `CASE ${column} WHEN true THEN 'True' WHEN false THEN 'False' END`, isText: false };
  if (/^TIMESTAMP(?:_S|_MS|_NS)?$/.test(type))
    return { name, sql: `replace(${asText(column)}, ' ', 'T')`, isText: false };
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return { name, sql: `replace(${asText(`${column}::TIMESTAMP`)}, ' ', 'T') || 'Z'`, isText: false };
  if (type === 'VARCHAR' || type === 'UUID' || type.startsWith('ENUM('))
    return { name, sql: asText(column), isText: true };
  if (type === 'BLOB') return { name, sql: `decode(${column})`, isText: true, isBytes: true };
  return null;
}

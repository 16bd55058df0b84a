/** What rows that add the others up begin with, in lower case. */
export const totalWords: ReadonlySet<string> = new Set(
  (
    'total|totals|grand total|sub total|subtotal|sub-total|sum|sums|overall|overall total|summe|gesamt|gesamtsumme|insgesamt|' +
    'zusammen|somme|total général|total general|ensemble|totale|totali|somma|suma|suma total|soma|totaal|som|razem|ogółem|' +
    'celkem|součet|spolu|összesen|summa|totalt|i alt|yhteensä|toplam|итого|всего|разом|σύνολο|σ|∑|合計|総計|合计|总计|總計|합계|총계'
  ).split('|'),
);
/** What rows begin with that sum up the others in other ways. */
export const averageWords: ReadonlySet<string> = new Set(
  (
    'average|avg|mean|median|min|max|minimum|maximum|std|stdev|std dev|std. dev.|standard deviation|count|variance|' +
    'durchschnitt|mittelwert|mittel|standardabweichung|anzahl|moyenne|écart-type|media|promedio|média|gemiddelde|średnia'
  ).split('|'),
);

/** `Total`, `Grand Total:`, `Total (all regions)`, `Mean`. */
export function isTotalName(text: string): boolean {
  const bare = text
    .trim()
    .replace(/^[*\s]+|[\s:*]+$/g, '')
    .toLowerCase();
  return totalWords.has(bare) || averageWords.has(bare) || /^(?:grand )?total(?:s)?\s*[(:,]/.test(bare);
}

const openings =
  'sources?|quellen?|fuentes?|fontes?|fonti|bron|notes?|notas?|anmerkung(?:en)?|hinweise?|remarks?|footnotes?|legende?|' +
  'stand|disclaimer|data (?:as of|from|source)|as of|generated|created|exported|erstellt|exportiert|printed|' +
  'report(?:ed)? (?:by|on|generated|created)|last updated|updated|end of|ende';
const opensLikeNote = new RegExp(`^["'([*\\s]*(?:${openings})\\b`, 'iu');
const opensAsNote = new RegExp(
  `^["'([*\\s]*(?:(?:${openings})\\b[^:]{0,20}:|©|\\(c\\)|copyright\\b|\\*+\\s*\\p{L}|#\\s)`,
  'iu',
);
const counts =
  /^\(?\s*(?:\d[\d,. ]*\s*(?:rows?|records?|row\(s\)|entries|lines|zeilen|datensätze|lignes?|filas?|righe)(?!\p{L})|(?:rows?|records?|total rows|total records|anzahl)\s*(?:count)?\s*:\s*\d).*$/iu;
const rule = /^[\s|+]*[-=_*~]{3,}[-=_*~+|\s]*$/;

/** A line below a table that is surely no row, whatever the first column holds: `Source: ...`, `5 rows`, a line drawn. */
export function isNoteLine(text: string): boolean {
  const trimmed = text.trim();
  return rule.test(trimmed) || counts.test(trimmed) || opensAsNote.test(trimmed);
}

/** The same of a line that has fewer fields than the rows. */
export const isShortNoteLine = (text: string): boolean =>
  isNoteLine(text) || opensLikeNote.test(text.trim()) || /^\s*(?:#|\*|\/\/|--\s)/.test(text);

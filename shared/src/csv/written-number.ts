/** A number as people write it, what stands around its digits taken off. */
export interface WrittenNumber {
  negative: boolean;
  /** Digits with points, commas, blanks and apostrophes between them, perhaps an exponent; no sign. */
  body: string;
  /** `$`, `EUR`, `kr`: before or behind the digits. */
  currency: string | undefined;
  percent: boolean;
}

const codes =
  'USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|BRL|MXN|ARS|CLP|COP|PEN|ZAR|' +
  'NGN|KES|EGP|MAD|ILS|AED|SAR|QAR|KWD|SGD|HKD|TWD|KRW|THB|MYR|IDR|PHP|VND|PKR|BDT|LKR';
/** A currency sign with up to three letters (`US$`, `R$`), a code, or one of the usual short words. */
const currencySign = `(?:[A-Z]{0,3}\\p{Sc}|(?:${codes})|kr\\.?|Kč|zł|Ft|Rs\\.?|lei|лв\\.?|руб\\.?|TL|S?Fr\\.)`;
const currencyBefore = new RegExp(`^(${currencySign})\\s*(?=[\\d.,(+\\-\u2212])`, 'u');
const currencyBehind = new RegExp(`(?<=[\\d.,)])\\s*(${currencySign})$`, 'u');
const body = /^[\d.,'\u2019 \u00a0\u2009\u202f]*\d[\d.,'\u2019 \u00a0\u2009\u202f]*(?:[eE][+\-\u2212]?\d+)?$/;
const signs = new Map([
  ['+', false],
  ['-', true],
  ['\u2212', true],
]);

/**
 * Takes off what stands around a number's digits: a sign before or behind them (`-5`, `5-`, U+2212), parentheses as
 * accountants write negative numbers, one currency, a per cent sign. Undefined where something else is left.
 */
export function unwrapNumber(text: string): WrittenNumber | undefined {
  let rest = text.trim();
  let currency: string | undefined;
  let negative: boolean | undefined;
  let percent = false;
  /** True where there is a sign already: `-(5)` and `(-5)` are left to people. */
  const twice = (sign: boolean): boolean => {
    const known = negative !== undefined;
    negative = sign;
    return known;
  };
  for (let more = true; more;) {
    more = false;
    const sign = signs.get(rest[0] ?? '');
    if (sign !== undefined) {
      if (twice(sign)) return undefined;
      rest = rest.slice(1).trimStart();
      more = true;
    }
    const before = currencyBefore.exec(rest);
    if (before !== null) {
      if (currency !== undefined) return undefined;
      currency = before[1];
      rest = rest.slice(before[0].length);
      more = true;
    }
    if (rest.startsWith('(') && rest.endsWith(')')) {
      if (twice(true)) return undefined;
      rest = rest.slice(1, -1).trim();
      more = true;
    }
    const behind = currencyBehind.exec(rest);
    if (behind !== null) {
      if (currency !== undefined) return undefined;
      currency = behind[1];
      rest = rest.slice(0, behind.index);
      more = true;
    }
  }
  if (rest.endsWith('%') || rest.startsWith('%')) {
    percent = true;
    rest = rest.replace(/^%|%$/, '').trim();
  }
  const last = signs.get(rest.at(-1) ?? '');
  if (last === true) {
    if (twice(true)) return undefined;
    rest = rest.slice(0, -1).trimEnd();
  }
  if (!body.test(rest) || (percent && currency !== undefined)) return undefined;
  return { negative: negative === true, body: rest, currency, percent };
}

import { expect, it } from 'vitest';
import { formatOf, meaningOf, type NumberMeaning } from './number-formats.js';
import { serialDate } from './serial-dates.js';

it.each<[NumberMeaning, string[]]>([
  [
    'date',
    [
      'yyyy\\-mm\\-dd',
      'd/m/yy h:mm',
      '[$-407]d. mmmm yyyy;@',
      'mmm-yy',
      'yyyy"年"m"月"d"日"',
      '[Red]dd.mm.yyyy',
      'mm',
      '[$-411]ge.m.d',
    ],
  ],
  ['time', ['h:mm AM/PM', 'hh:mm:ss', 'mm:ss.0', '[$-409]h:mm\\ AM/PM;@', 'ss']],
  ['elapsed', ['[h]:mm:ss', '[mm]:ss', '[s]']],
  ['percent', ['0%', '0.00%', '# ?/?%']],
  [
    'number',
    [
      'General',
      '@',
      '',
      '0.00E+00',
      '#,##0.00\\ "€"',
      '[$€-407]#,##0',
      '0" days"',
      '_-* #,##0.00_-;\\-* #,##0.00',
      '[Red]-0',
      'Standard',
      '0.0\\ \\m',
      '# ?/?',
      '"h"0',
    ],
  ],
])('takes formats for what they show: %s', (meaning, formats) => {
  expect(formats.map((format) => [format, meaningOf(formatOf(format), 1)])).toEqual(
    formats.map((format) => [format, meaning]),
  );
});

it.each<[string, [number, NumberMeaning][]]>([
  [
    '[=0]"";yyyy\\-mm\\-dd',
    [
      [45000, 'date'],
      [0, 'date'],
    ],
  ],
  [
    'yyyy-mm-dd;;',
    [
      [45000, 'date'],
      [0, 'date'],
    ],
  ],
  [
    '[<1]hh:mm:ss;[>=1]yyyy-mm-dd',
    [
      [0.5, 'time'],
      [45000, 'date'],
    ],
  ],
  [
    '[<1]0.00;yyyy-mm-dd',
    [
      [0.5, 'number'],
      [45000, 'date'],
    ],
  ],
  [
    'yyyy-mm-dd;0.0;"-"',
    [
      [45000, 'date'],
      [-2, 'number'],
      [0, 'date'],
    ],
  ],
  [
    '0;[Red]-0;"none";@',
    [
      [45000, 'number'],
      [0, 'number'],
    ],
  ],
  [
    '[>=1]0%;yyyy',
    [
      [0.5, 'date'],
      [2, 'percent'],
    ],
  ],
])('chooses by the number where the sections of %s differ', (format, numbers) => {
  for (const [number, meaning] of numbers) expect(meaningOf(formatOf(format), number)).toBe(meaning);
});

// Days by Python: date(1899, 12, 30) + timedelta(n), from March 1900 on; date(1904, 1, 1) + timedelta(n).
it.each<[number, NumberMeaning, boolean, string | null]>([
  [1, 'date', false, '1900-01-01'],
  [59, 'date', false, '1900-02-28'],
  [60, 'date', false, null],
  [61, 'date', false, '1900-03-01'],
  [0, 'date', false, null],
  [-1, 'date', false, null],
  [45356, 'date', false, '2024-03-05'],
  [45356.5, 'date', false, '2024-03-05T12:00:00'],
  // Excel's own 17 digits of 13:45:10.250.
  [45356.573035300928, 'date', false, '2024-03-05T13:45:10.250'],
  // Rounded to a millisecond, this is the next day.
  [45356.9999999999, 'date', false, '2024-03-06'],
  [2958465, 'date', false, '9999-12-31'],
  [2958466, 'date', false, null],
  [0, 'date', true, '1904-01-01'],
  [60, 'date', true, '1904-03-01'],
  [43894, 'date', true, '2024-03-05'],
  [0.25, 'time', false, '06:00:00'],
  [1, 'time', false, '24:00:00'],
  [0.999999998843, 'time', false, '24:00:00'],
  [0.9999999, 'time', true, '23:59:59.991'],
  [45356.25, 'time', false, '2024-03-05T06:00:00'],
  [1.25, 'elapsed', false, '30:00:00'],
])('makes of %f, shown as a %s (1904: %s), %j', (serial, meaning, from1904, text) => {
  expect(serialDate(serial, meaning, from1904)).toBe(text);
});

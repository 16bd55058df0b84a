import { readingWarnings } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf, runHere } from './run-here.js';

/** What the model `cells-double` was given, row by row: it hands its two columns on. */
async function cellsOf(csv: string, told: Parameters<typeof runHere>[2] = {}): Promise<number[][]> {
  const { column } = await runHere('cells-double', csv, told);
  const [first, second] = [column('prediction_0'), column('prediction_1')];
  return first.map((cell, row) => [Number(cell), Number(second[row])]);
}

const table = (delimiter: string, ...rows: string[][]): string =>
  [['a', 'b'], ...rows]
    .map((row) => `${row.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`)
    .join('');

const quoted = (cell: string, delimiter: string): string => (cell.includes(delimiter) ? `"${cell}"` : cell);

describe('numbers as the world writes them', () => {
  it.each<[string, string, string[][], number[][]]>([
    ['points', ',', [['1.5', '-2']], [[1.5, -2]]],
    ['decimal commas', ';', [['1,5', '-2,25']], [[1.5, -2.25]]],
    [
      'decimal commas and points as thousands',
      ';',
      [
        ['1.250,5', '12.500'],
        ['7', '1.250.000'],
      ],
      [
        [1250.5, 12500],
        [7, 1250000],
      ],
    ],
    [
      'a point before three digits where another column has decimal commas',
      ';',
      [['2.155', '19,47']],
      [[2155, 19.47]],
    ],
    [
      'a comma before three digits where another column has decimal points',
      '\t',
      [
        ['1,250', '2.5'],
        ['980', '1'],
      ],
      [
        [1250, 2.5],
        [980, 1],
      ],
    ],
    [
      'commas as thousands and points',
      ',',
      [
        ['1,250.50', '12,500'],
        ['1,250,000', '3'],
      ],
      [
        [1250.5, 12500],
        [1250000, 3],
      ],
    ],
    [
      'three decimals beside others',
      ';',
      [
        ['1.1', '1.300'],
        ['2.22', '2.222'],
      ],
      [
        [1.1, 1.3],
        [2.22, 2.222],
      ],
    ],
    ['three decimals below one', '\t', [['0.125', '1.250']], [[0.125, 1.25]]],
    ['three decimals divided by commas', ',', [['1.250', '2.500']], [[1.25, 2.5]]],
    ['blanks as thousands', ';', [['1 250,5', '12 500']], [[1250.5, 12500]]],
    ['no-break spaces as thousands', ';', [['1\u00a0250,5', '12\u00a0500']], [[1250.5, 12500]]],
    ['narrow no-break spaces as thousands', ';', [['1\u202f250,5', '-12\u202f500']], [[1250.5, -12500]]],
    ['three decimals where blanks divide thousands', ';', [['12 500', '1,250']], [[12500, 1.25]]],
    ['apostrophes as thousands', ',', [["1'250.5", "12'500"]], [[1250.5, 12500]]],
    [
      'typographic apostrophes as thousands',
      ';',
      [['1\u2019250.5', '1\u2019000\u2019000']],
      [[1250.5, 1000000]],
    ],
    [
      'lakhs and crores',
      ',',
      [
        ['1,25,000', '1.5'],
        ['12,34,56,789', '2.5'],
      ],
      [
        [125000, 1.5],
        [123456789, 2.5],
      ],
    ],
    [
      'dollars',
      ',',
      [
        ['$1,200.50', '$5'],
        ['-$1.80', '($182.77)'],
      ],
      [
        [1200.5, 5],
        [-1.8, -182.77],
      ],
    ],
    ['euros behind', ';', [['1.200,50 €', '5 €']], [[1200.5, 5]]],
    [
      'currency codes',
      ',',
      [
        ['USD 5', '70.00 CHF'],
        ['USD -6', '1,000.5 CHF'],
      ],
      [
        [5, 70],
        [-6, 1000.5],
      ],
    ],
    ['reais and crowns', ';', [['R$ 1.234,56', '5 kr']], [[1234.56, 5]]],
    [
      'a currency in some cells',
      ',',
      [
        ['$5', '1.5'],
        ['6', '2'],
      ],
      [
        [5, 1.5],
        [6, 2],
      ],
    ],
    [
      'accounts of a spreadsheet',
      ',',
      [
        [' $ 1,234.00 ', '2.5'],
        [' $ (1,234.50)', '1'],
      ],
      [
        [1234, 2.5],
        [-1234.5, 1],
      ],
    ],
    [
      'parentheses as minus',
      ',',
      [
        ['(1,200)', '2.5'],
        ['(3)', '(0.5)'],
      ],
      [
        [-1200, 2.5],
        [-3, -0.5],
      ],
    ],
    ['a minus behind', ',', [['5-', '1,234.56-']], [[-5, -1234.56]]],
    ["Unicode's minus", ';', [['\u22123,5', '\u22120,50']], [[-3.5, -0.5]]],
    ['a plus', ',', [['+5', '+1.5']], [[5, 1.5]]],
    ['exponents', ',', [['1.5e3', '2E-05']], [[1500, 0.00002]]],
    ['exponents behind decimal commas', ';', [['1,5E+03', '2,25e-1']], [[1500, 0.225]]],
    ['a point before three digits and an exponent', ';', [['1.250E+03', '1']], [[1250, 1]]],
    ['noughts in front', ',', [['007', '00.5']], [[7, 0.5]]],
    ['no digit in front or behind', ',', [['.5', '5.']], [[0.5, 5]]],
    ['spreadsheet days', ',', [['45292', '45292.5']], [[45292, 45292.5]]],
    [
      'missing values',
      ',',
      [
        ['', 'NA'],
        ['#N/A', 'n/a'],
        ['None', 'null'],
        ['nan', '-nan'],
      ],
      [
        [NaN, NaN],
        [NaN, NaN],
        [NaN, NaN],
        [NaN, NaN],
      ],
    ],
    [
      'a decimal comma below a thousand whole numbers',
      ';',
      [...Array.from({ length: 1100 }, () => ['1', '2']), ['1,5', '1.250']],
      [...Array.from({ length: 1100 }, () => [1, 2]), [1.5, 1250]],
    ],
  ])('reads %s', async (_, delimiter, rows, expected) => {
    expect(await cellsOf(table(delimiter, ...rows))).toEqual(expected);
  });

  it('rounds once, thousands or not', async () => {
    // 17 digits that lie between two doubles: computed with Python's decimal and float().
    const exact = 9007199254740.992;
    expect(await cellsOf(table(',', ['9,007,199,254,740.993', '0.1']))).toEqual([[exact, 0.1]]);
    expect(await cellsOf(table(';', ['9.007.199.254.740,993', '0,1']))).toEqual([[exact, 0.1]]);
  });

  it.each<[string, string, string[][], RegExp]>([
    [
      'a point that may be either',
      ';',
      [['1.250', '3']],
      /^csv-ambiguous: Line 2, column "a" says "1.250", which can be 1250 or 1.25: .* Say --decimal , for 1250 or --decimal \. for 1.25\.$/,
    ],
    [
      'a comma that may be either',
      '\t',
      [
        ['3', '4'],
        ['5', '12,500'],
      ],
      /^csv-ambiguous: Line 3, column "b" says "12,500", which can be 12.5 or 12500/,
    ],
    ['a comma in quotes that may be either', ',', [['2,590', '78']], /^csv-ambiguous: .*can be 2.59 or 2590/],
    ['both that may be either', ';', [['1.250', '1,250']], /^csv-ambiguous: Line 2, column "a"/],
    [
      'both signs for certain',
      ';',
      [['1,5', '2.5']],
      /^csv-ambiguous: The table writes its numbers in two ways: line 2, column "b" says "2.5" with a decimal point, line 2, column "a" says "1,5" with a decimal comma/,
    ],
    [
      'both signs far apart',
      ';',
      [['1,5', '1'], ...Array.from({ length: 1100 }, () => ['1', '2']), ['1', '2.5']],
      /^csv-value-invalid: Line 1103, column "b" says "2.5", but the numbers of the table have a decimal comma/,
    ],
    [
      'a comma far down in a table of points',
      ',',
      [...Array.from({ length: 1100 }, () => ['1', '2']), ['1', '2,500']],
      /^csv-ambiguous: Line 1102, column "b" says "2,500", which can be 2.5 or 2500/,
    ],
    [
      'two thousands signs',
      ',',
      [
        ['1,250', '2.5'],
        ["1'250", '1'],
      ],
      /Line 3, column "a" says "1'250", but other numbers of the table have their thousands divided by commas/,
    ],
    [
      'groups of two',
      ';',
      [['1,25,00', '2']],
      /Line 2, column "a" says "1,25,00" where the model needs a number/,
    ],
    [
      'two currencies',
      ',',
      [
        ['$5', '1'],
        ['€6', '2'],
      ],
      /^csv-value-invalid: Line 3, column "a" says "€6", but other cells of the column are in "\$". Convert/,
    ],
    [
      'two currencies between which a semicolon stands',
      ';',
      [
        ['5 €', '1,5'],
        ['6 CHF', '2,5'],
      ],
      /^csv-value-invalid: Line 3, column "a" says "6 CHF", but other cells of the column are in "€". Convert/,
    ],
    [
      'two currencies where all of the table was looked at first',
      ';',
      [...Array.from({ length: 1100 }, () => ['$1', '2']), ['€3', '2,5']],
      /^csv-value-invalid: Line 2, column "a" says "\$1", but other cells of the column are in another currency. Convert/,
    ],
    [
      'per cent of which nobody said what it means',
      ',',
      [['12%', '1']],
      /^csv-ambiguous: Line 2, column "a" says "12%", which can be the number 12 or the fraction 0.12\. Say --percent number for 12 or --percent fraction for 0.12/,
    ],
    ['per cent with a blank', ';', [['1', '12,5 %']], /can be the number 12,5 or the fraction 0.125/],
    [
      'per cent below plain numbers',
      ',',
      [...Array.from({ length: 1100 }, () => ['1', '2']), ['1', '12%']],
      /^csv-ambiguous: Line 1102, column "b" says "12%" among numbers without a per cent sign, so it can be 12 or 0.12/,
    ],
    [
      'dates',
      ',',
      [
        ['1', '2024-01-05'],
        ['1', '3'],
      ],
      /Line 2, column "b" says "2024-01-05", a date, where the model needs a number/,
    ],
    [
      'dates with points',
      ';',
      [
        ['1', '05.01.2024'],
        ['1', '3'],
      ],
      /"05.01.2024", a date, where/,
    ],
    [
      'times',
      ',',
      [
        ['12:30', '2'],
        ['3', '3'],
      ],
      /"12:30", a time, where/,
    ],
    [
      'units',
      ',',
      [['12 kg', '2']],
      /Line 2, column "a" says "12 kg", a number with "kg" behind it, where the model needs a number\. Write the number alone/,
    ],
    ['degrees', ',', [['20°C', '2']], /"20°C", a number with "°C" behind it/],
    [
      'limits',
      ',',
      [
        ['<0.5', '2'],
        ['1', '2'],
      ],
      /"<0.5", a limit and no value, where/,
    ],
    [
      'ranges',
      ',',
      [
        ['5-10', '2'],
        ['1', '2'],
      ],
      /"5-10", a range, where/,
    ],
    [
      'fractions',
      ',',
      [
        ['1/2', '2'],
        ['1', '2'],
      ],
      /"1\/2", a fraction, where/,
    ],
    [
      'hexadecimal numbers',
      ',',
      [
        ['0x1F', '2'],
        ['1', '2'],
      ],
      /"0x1F", a number in another base, where/,
    ],
    [
      'underscores',
      ',',
      [
        ['1_000', '2'],
        ['1', '2'],
      ],
      /"1_000", a number with underscores, where/,
    ],
    [
      'spreadsheet errors',
      ',',
      [
        ['#DIV/0!', '2'],
        ['1', '2'],
      ],
      /"#DIV\/0!", a spreadsheet error, where .*formula/,
    ],
    [
      'spreadsheet errors in German',
      ';',
      [
        ['#BEZUG!', '2'],
        ['1', '2'],
      ],
      /"#BEZUG!", a spreadsheet error/,
    ],
    [
      'full-width digits',
      ',',
      [
        ['１２', '2'],
        ['1', '2'],
      ],
      /"１２", a number in other digits or signs/,
    ],
    [
      'Arabic-Indic digits',
      ',',
      [
        ['١٢', '2'],
        ['1', '2'],
      ],
      /"١٢", a number in other digits or signs/,
    ],
    [
      'a lone dash',
      ',',
      [
        ['-', '2'],
        ['1', '2'],
      ],
      /"-", a sign for no value, where .*empty/,
    ],
    [
      'the nought of accountants',
      ',',
      [
        [' $ -   ', '2'],
        ['1', '2'],
      ],
      /says " \$ - {3}", a sign for no value/,
    ],
    [
      'thousands in letters',
      ',',
      [
        ['12K', '2'],
        ['1', '2'],
      ],
      /"12K", a number with "K" behind it/,
    ],
    [
      'two signs',
      ',',
      [
        ['(-5)', '2'],
        ['1', '2'],
      ],
      /"\(-5\)" where the model needs a number/,
    ],
    [
      'numbers beyond doubles',
      ',',
      [['1e400', '2']],
      /says "1e400", which is more than the model's float64 numbers hold/,
    ],
    [
      'text',
      ',',
      [
        ['two\u200b', '2'],
        ['1', '2'],
      ],
      /says "two\\u200b" where the model needs a number/,
    ],
  ])('refuses %s', async (_, delimiter, rows, sentence) => {
    expect(await refusalOf('cells-double', table(delimiter, ...rows))).toMatch(sentence);
  });

  it('refuses what 32 bits cannot hold, and takes what they can', async () => {
    expect(await refusalOf('cells-float', 'a,b\n1e39,1\n')).toMatch(
      /says "1e39", which is more than the model's float32 numbers hold \(3.4e38\)/,
    );
    expect((await runHere('cells-float', 'a,b\n3.4e38,-1\n')).column('prediction_0')).toEqual(['3.4e+38']);
  });

  it.each<[string, string[][], Parameters<typeof runHere>[2], number[][]]>([
    ['a decimal comma', [['1.250', '1,250']], { decimal: ',' }, [[1250, 1.25]]],
    ['a decimal point', [['1.250', '1,250']], { decimal: '.' }, [[1.25, 1250]]],
    [
      'per cent as numbers',
      [
        ['12 %', '1'],
        ['0', '2'],
      ],
      { percent: 'number' },
      [
        [12, 1],
        [0, 2],
      ],
    ],
    [
      'per cent as fractions',
      [
        ['12,5%', '1'],
        ['7%', '2'],
      ],
      { percent: 'fraction' },
      [
        [0.125, 1],
        [0.07, 2],
      ],
    ],
  ])('takes it as told: %s', async (_, rows, told, expected) => {
    expect(await cellsOf(table(';', ...rows), told)).toEqual(expected);
  });

  it('refuses a cell that does not go with what was told', async () => {
    expect(await refusalOf('cells-double', 'a;b\n1,5;2\n', { decimal: '.' })).toMatch(
      /Line 2, column "a" says "1,5", but the numbers of the table have a decimal point/,
    );
    expect(await refusalOf('cells-double', 'a,b\n12%,2\n15,3\n', { percent: 'number' })).toMatch(
      /Line 3, column "a" says "15" among per cent values/,
    );
  });

  it('takes whole numbers exactly, in every style', async () => {
    const { column } = await runHere(
      'cells-int64',
      'a,b\n9007199254740993,"9,007,199,254,740,993"\n3.0,2e3\n-5,(7)\n1.5e1,$8\n',
    );
    expect(column('prediction_0')).toEqual(['9007199254740993', '3', '-5', '15']);
    expect(column('prediction_1')).toEqual(['9007199254740993', '2000', '-7', '8']);
  });

  it.each([
    ['a fraction', '2.5', /says "2.5" where the model needs a whole number/],
    ['a missing value', 'NA', /column "b" has no value \("NA"\), and this model needs a whole number from/],
    ['one beyond 64 bits', '9223372036854775808', /needs a whole number from -9223372036854775808/],
  ])('refuses %s where whole numbers go', async (_, cell, sentence) => {
    expect(await refusalOf('cells-int64', `a,b\n1,${cell}\n`)).toMatch(sentence);
  });

  it('says how the numbers are written, and counts what is missing', async () => {
    const { run } = await runHere('cells-double', 'a;b\n1.250,5;\n1;NA\n');
    expect(run.reading.table).toMatchObject({ decimal: ',', thousands: '.' });
    expect(run.reading.values).toEqual([
      { column: 'b', input: 'x', missing: 2, unseen: 0, unseenExamples: [], trimmable: 0 },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      expect.stringMatching(/^Column "b": 2 cells have no value/) as string,
    ]);
    const plain = await runHere('cells-double', 'a,b\n1,2\n');
    expect(plain.run.reading.table).toMatchObject({ decimal: null, thousands: null });
    expect(plain.run.reading).toMatchObject({ values: [], warnings: [] });
  });
});

describe('truth values where numbers go', () => {
  it.each([
    ['True and False', ['True', 'False', 'True'], [1, 0, 1]],
    ['with 1 and 0 among them', ['TRUE', '0', '1.0'], [1, 0, 1]],
    ['yes and no', ['yes', 'No', 'YES'], [1, 0, 1]],
    ['t and f', ['t', 'f', 'f'], [1, 0, 0]],
    ['Y and N', ['Y', 'N', 'Y'], [1, 0, 1]],
    ['a German spreadsheet', ['WAHR', 'FALSCH', 'WAHR'], [1, 0, 1]],
    ['ja and nein', ['ja', 'nein', 'ja'], [1, 0, 1]],
    ['a French spreadsheet', ['VRAI', 'FAUX', 'FAUX'], [1, 0, 0]],
    ['with gaps', ['True', '', 'False'], [1, NaN, 0]],
  ])('takes %s', async (_, cells, expected) => {
    const read = await cellsOf(`a,b\n${cells.map((cell) => `${cell},1.5`).join('\n')}\n`);
    expect(read.map(([first]) => first)).toEqual(expected);
  });

  it.each([
    [
      'another number among them',
      ['True', '2'],
      /Line 2, column "a" says "True" where the model needs a number, and the column does not tell that it holds truth values/,
    ],
    [
      'another number far down',
      [...Array.from({ length: 1100 }, () => 'True'), '2'],
      /Line 1102, column "a" says "2" in a column of truth values such as True and False/,
    ],
    [
      'a truth far down',
      [...Array.from({ length: 1100 }, () => '3'), 'True'],
      /Line 1102, column "a" says "True" where the model needs a number/,
    ],
    [
      'a letter that has no other',
      ['F', 'F'],
      /says "F" where the model needs a number, and the column does not tell/,
    ],
    ['another word', ['True', 'maybe'], /column "a"|number columns/],
  ])('refuses %s', async (_, cells, sentence) => {
    expect(
      await refusalOf('cells-double', `a,b\n${cells.map((cell) => `${cell},1.5`).join('\n')}\n`),
    ).toMatch(sentence);
  });

  it('goes to whole numbers too', async () => {
    const { column } = await runHere('cells-int64', 'a,b\nTrue,no\nFalse,yes\n');
    expect([column('prediction_0'), column('prediction_1')]).toEqual([
      ['1', '0'],
      ['0', '1'],
    ]);
  });
});

describe('one table in every unambiguous style', () => {
  const group = (digits: string, sign: string): string => digits.replace(/\B(?=(\d{3})+$)/g, sign);
  /** The same number as another program would write it. */
  const styles: Record<
    string,
    { delimiter: string; write: (whole: string, fraction: string, negative: boolean) => string }
  > = {
    plain: {
      delimiter: ',',
      write: (whole, fraction, negative) => `${negative ? '-' : ''}${whole}.${fraction}`,
    },
    German: {
      delimiter: ';',
      write: (whole, fraction, negative) => `${negative ? '-' : ''}${group(whole, '.')},${fraction}`,
    },
    English: {
      delimiter: '\t',
      write: (whole, fraction, negative) => `${negative ? '-' : ''}${group(whole, ',')}.${fraction}`,
    },
    'English in quotes': {
      delimiter: ',',
      write: (whole, fraction, negative) => `${negative ? '-' : ''}${group(whole, ',')}.${fraction}`,
    },
    French: {
      delimiter: ';',
      write: (whole, fraction, negative) =>
        `${negative ? '\u2212' : ''}${group(whole, '\u202f')},${fraction}`,
    },
    Swiss: {
      delimiter: ';',
      write: (whole, fraction, negative) => `${negative ? '-' : ''}${group(whole, '\u2019')}.${fraction}`,
    },
    accounting: {
      delimiter: ',',
      write: (whole, fraction, negative) =>
        negative ? `($${group(whole, ',')}.${fraction})` : `$${group(whole, ',')}.${fraction}`,
    },
  };

  it('gives the same predictions, byte for byte', async () => {
    const number = fc.record({
      whole: fc.nat({ max: 99_999_999 }).map(String),
      // Never three digits: those are for the tests of what is ambiguous.
      fraction: fc.integer({ min: 1, max: 99 }).map((value) => String(value).padStart(2, '0')),
      negative: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 }), async (rows) => {
        const results = await Promise.all(
          Object.values(styles).map(async ({ delimiter, write }) => {
            const cells = rows.map((row) =>
              row.map(({ whole, fraction, negative }) => write(whole, fraction, negative)),
            );
            return (await cellsOf(table(delimiter, ...cells))).map(String);
          }),
        );
        for (const result of results) expect(result).toEqual(results[0]);
        expect(results[0]).toEqual(
          rows.map((row) =>
            row
              .map(({ whole, fraction, negative }) => Number(`${negative ? '-' : ''}${whole}.${fraction}`))
              .join(','),
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('reads any cell of digits and signs right or refuses it', async () => {
    const token = fc.constantFrom('1', '0', '05', '25', '250', '000', '.', ',', ' ', "'", '-');
    const cell = fc.array(token, { minLength: 1, maxLength: 7 }).map((tokens) => tokens.join(''));
    await fc.assert(
      fc.asyncProperty(cell, fc.constantFrom(',', ';', '\t'), async (text, delimiter) => {
        const outcome = await cellsOf(table(delimiter, [text, '2'])).catch((error: unknown) => String(error));
        if (typeof outcome === 'string') {
          expect(outcome).toMatch(/Line 2|number columns|no header/);
          return;
        }
        const value = outcome[0]?.[0] ?? NaN;
        // In a table that is divided by commas and has none in its numbers, points are decimal: the first reading.
        const readings = readingsOf(text.trim());
        if (Number.isNaN(value)) expect(text.trim()).toBe('');
        else if (delimiter === ',' && !text.includes(',')) expect(readings[0]).toBe(value);
        else expect(readings, `${text} was read as ${value}`).toEqual([value]);
      }),
      { numRuns: 1000 },
    );
  });

  /** Every number that a cell can be, by the two conventions, written down apart from the code. */
  function readingsOf(text: string): number[] {
    const minus = /^-|-$/.test(text) ? -1 : 1;
    const body = text.replace(/^[-]|[-]$/, '').trim();
    const found = new Set<number>();
    for (const [thousands, decimal] of [
      ["[,' ]", '\\.'],
      ["[.' ]", ','],
    ] as const) {
      const plain = new RegExp(`^(?:\\d+(?:${decimal}\\d*)?|${decimal}\\d+)$`);
      const groups = new RegExp(`^[1-9]\\d{0,2}(?:(${thousands})\\d{3})(?:\\1\\d{3})*(?:${decimal}\\d*)?$`);
      const indian = thousands.includes(',') && /^[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?$/.test(body);
      if (!plain.test(body) && !groups.test(body) && !indian) continue;
      const digits = plain.test(body) ? body : body.replace(new RegExp(thousands, 'g'), '');
      found.add(minus * Number(digits.replace(',', '.')));
    }
    return [...found];
  }
});

"""Numbers as people and their spreadsheets write them."""
import numpy as np

import sources as s
from corpus import build, csv, linear, ml, named_linear, node

ABC = ['a', 'b', 'c']
W = [1.0, 10.0, 100.0]


def write(corpus):
    named = corpus.model('numbers-named', named_linear(ABC, W))
    two = corpus.model('numbers-two', named_linear(['a', 'b'], W[:2]))
    one = corpus.model('numbers-one', named_linear(['a'], [1.0]))

    def case(name, rows, source, why, numbers=None, delimiter=';', model=None, **more):
        """`rows` as written, `numbers` what they mean; one, two or three columns."""
        width = len(rows[0])
        model = model or [one, two, named][width - 1]
        value = None if numbers is None else {'prediction': np.array(numbers, dtype=float) @ W[:width]}
        corpus.case(f'numbers/{name}', model, csv(ABC[:width], rows, delimiter), source, why, value, **more)

    both = r'1[.]250?\b.*1,?250\b|1,?250\b.*1[.]25'
    # The decimal sign.
    case('decimal-comma', [['1,5', '2', '3,25'], ['4', '5,25', '6']], s.DECIMAL_COMMA, 'Semicolons and decimal commas.', [[1.5, 2, 3.25], [4, 5.25, 6]])
    case('decimal-comma-tabs', [['1,5', '2'], ['4', '5,25']], s.DECIMAL_COMMA, 'Tabs and decimal commas.', [[1.5, 2], [4, 5.25]], '\t')
    case('decimal-comma-quoted', [['"1,5"', '2'], ['4', '"5,25"']], s.DECIMAL_COMMA, 'Decimal commas in quotes between commas.', [[1.5, 2], [4, 5.25]], ',', refuse='1,5')
    case('decimal-point-semicolons', [['1.5', '2'], ['4', '5.25']], s.DECIMAL_COMMA, 'Semicolons and decimal points.', [[1.5, 2], [4, 5.25]])
    case('decimal-comma-negative', [['-1,5', '+2'], ['-0,25', '1,0E+02']], s.DECIMAL_COMMA, 'Signs and powers.', [[-1.5, 2], [-0.25, 100]])
    case('decimal-comma-in-quotes-everywhere', [['"1,5"', '"2"'], ['"4"', '"5,25"']], s.DECIMAL_COMMA, 'write.csv2 with quotes.', [[1.5, 2], [4, 5.25]])
    case('three-places-with-leading-zero', [['0,125', '2'], ['0,250', '3']], s.TWO_READINGS, '0,125 groups no thousands.', [[0.125, 2], [0.25, 3]])
    case('three-places-with-leading-zero-point', [['0.125', '1.250'], ['0.250', '3']], s.TWO_READINGS, '0.125 makes the point decimal, so 1.250 is one and a quarter.', [[0.125, 1.25], [0.25, 3]])
    case('four-places', [['1,2505', '2'], ['1,250', '3']], s.TWO_READINGS, '1,2505 makes the comma decimal.', [[1.2505, 2], [1.25, 3]])
    # Two readings.
    for name, rows, delimiter in (('point-alone', [['1.250', '2'], ['3.500', '4']], ';'), ('point-alone-tabs', [['1.250', '2'], ['3.500', '4']], '\t'), ('point-alone-in-one-cell', [['1.250', '2'], ['3', '4']], ';')):
        if delimiter == ';':
            case(f'two-readings-{name}', rows, s.TWO_READINGS, '1.250 alone: one and a quarter, or one thousand two hundred and fifty.', None, delimiter, refuse=both)
        else:
            case(f'two-readings-{name}', rows, s.TWO_READINGS, 'Between tabs a point is decimal in most tables: so, or asked.', [[1.25, 2], [3.5, 4]], delimiter, refuse=both)
    case('point-in-comma-table', [['1.250', '2'], ['3.500', '4']], s.TWO_READINGS, 'Between commas a point is decimal.', [[1.25, 2], [3.5, 4]], ',')
    case('two-readings-comma-alone', [['1,250', '2'], ['3,500', '4']], s.TWO_READINGS, 'Between semicolons 1,250 is most likely one and a quarter: so, or asked; never 1250 unsaid.', [[1.25, 2], [3.5, 4]], refuse=both)
    case('two-readings-comma-alone-quoted', [['"1,250"', '2'], ['"3,500"', '4']], s.THOUSANDS, 'Quoted between commas: 1250, or asked; never 1.25.', [[1250, 2], [3500, 4]], ',', refuse=both)
    case('two-readings-comma-alone-tabs', [['1,250', '2.5'], ['980', '1']], s.THOUSANDS, 'A decimal point elsewhere: the comma groups thousands.', [[1250, 2.5], [980, 1]], '\t', refuse=both)
    case('decided-elsewhere', [['1.250', '1,5'], ['3.500', '2']], s.TWO_READINGS, '1,5 in another column makes the comma decimal: 1.250 is 1250.', [[1250, 1.5], [3500, 2]], refuse=both)
    case('decided-by-point-elsewhere', [['1.250', '2.5'], ['3.500', '2']], s.TWO_READINGS, '2.5 in another column makes the point decimal: 1.250 is one and a quarter.', [[1.25, 2.5], [3.5, 2]], refuse=both)
    corpus.case('numbers/two-readings-beside-text', two, csv(['a', 'b', 'note'], [['1.250', 2, 'x,y'], ['3.500', 2, 'z']], ';'), s.TWO_READINGS, 'A comma in a text tells nothing.', None, refuse=both)
    corpus.case('numbers/decided-by-column-put-aside', two, csv(['a', 'b', 'preis'], [['1.250', 2, '1,5'], ['3.500', 2, '2,75']], ';'), s.TWO_READINGS, 'The comma of a column that the model does not take tells all the same.', {'prediction': [1270, 3520]}, refuse=both)
    case('decided-late', [['1.250', '2']] * 4000 + [['1,5', '2']], s.TWO_READINGS, 'The only decimal comma stands in line 4002.', [[1250, 2]] * 4000 + [[1.5, 2]], refuse=both)
    case('decided-late-by-point', [['1,250', '2']] * 4000 + [['1.5', '2']], s.TWO_READINGS, 'The only decimal point stands in line 4002.', [[1250, 2]] * 4000 + [[1.5, 2]], refuse=both)
    case('both-signs-decimal', [['1,5', '2'], ['2.5', '4']], s.TWO_READINGS, 'A decimal comma and a decimal point in one column.', [[1.5, 2], [2.5, 4]], refuse='2[.]5|1,5')
    # Thousands.
    case('thousands-comma-and-point', [['"1,250.50"', '2'], ['"12,345,678.25"', '4']], s.THOUSANDS, '1,250.50 has one reading.', [[1250.5, 2], [12345678.25, 4]], ',')
    case('thousands-comma-beside-point', [['"1,250.50"', '2'], ['"1,250"', '4']], s.THOUSANDS, '1,250 beside 1,250.50 is 1250.', [[1250.5, 2], [1250, 4]], ',')
    case('thousands-point-and-comma', [['1.250,50', '2'], ['12.345.678,25', '4']], s.DECIMAL_COMMA, '1.250,50 has one reading.', [[1250.5, 2], [12345678.25, 4]])
    case('thousands-point-beside-comma', [['1.250,50', '2'], ['1.250', '4']], s.DECIMAL_COMMA, '1.250 beside 1.250,50 is 1250.', [[1250.5, 2], [1250, 4]])
    case('thousands-twice-point', [['1.250.000', '2'], ['3.500.000', '4']], s.TWO_READINGS, 'Two points group thousands.', [[1250000, 2], [3500000, 4]], refuse='1[.]250[.]000')
    case('thousands-twice-comma', [['1,250,000', '2'], ['3,500,000', '4']], s.THOUSANDS, 'Two commas group thousands.', [[1250000, 2], [3500000, 4]], '\t', refuse='1,250,000')
    for name, mark in (('blank', ' '), ('no-break-space', '\u00a0'), ('narrow-no-break-space', '\u202f'), ('apostrophe', "'"), ('typographic-apostrophe', '’')):
        case(f'thousands-{name}', [[f'1{mark}250,5', '2'], [f'12{mark}345{mark}678', '4']], s.SPACED_THOUSANDS, f'1{mark}250,5.', [[1250.5, 2], [12345678, 4]], refuse='1.250,5')
    case('thousands-swiss', [["1'250.50", '2'], ["12'345", '4']], s.SPACED_THOUSANDS, "1'250.50 between semicolons.", [[1250.5, 2], [12345, 4]], refuse="1'250")
    case('thousands-indian', [['"12,34,567.50"', '2'], ['"1,25,000"', '4']], s.THOUSANDS, 'Lakh and crore.', [[1234567.5, 2], [125000, 4]], ',', refuse='12,34,567')
    case('thousands-underscore', [['1_250', '2'], ['12_345', '4']], s.THOUSANDS, 'Underscores as in programs.', [[1250, 2], [12345, 4]], ',', refuse='1_250')
    case('thousands-misplaced', [['"1,25"', '2'], ['"12,5,0"', '4']], s.TWO_READINGS, '12,5,0 is no number.', None, ',', refuse='12,5,0|1,25')
    # Per cent, currencies, units.
    percent = r'\b12\b.*0[.]12|0[.]12.*\b12\b'
    case('percent', [['12%', '2'], ['7%', '4']], s.PERCENT, 'A rate of 12 or of 0.12.', None, ',', refuse=percent)
    case('percent-with-blank', [['12 %', '2'], ['7 %', '4']], s.PERCENT, 'With a blank, as localised Excel writes.', None, refuse=percent)
    case('percent-decimal-comma', [['12,5%', '2'], ['7,25%', '4']], s.PERCENT, 'With a decimal comma.', None, refuse='12[.,]5.*0[.,]125|0[.,]125.*12[.,]5')
    case('percent-late', [['12', '2']] * 4000 + [['7%', '2']], s.PERCENT, 'The only per cent sign stands in line 4002.', None, ',', refuse='7%.*0[.]07')
    corpus.case('numbers/percent-put-aside', two, csv(['a', 'b', 'rate'], [[1, 2, '12%'], [3, 4, '7%']]), s.PERCENT, 'A rate that the model does not take hurts nobody.', {'prediction': [21, 43]})
    money = [('dollar', ['$5.50', '$7'], [5.5, 7]), ('euro-behind', ['5.50 €', '7 €'], [5.5, 7]), ('code', ['USD 5.50', 'USD 7'], [5.5, 7]), ('pound', ['£5.50', '£7'], [5.5, 7])]
    for name, cells, numbers in money:
        case(f'currency-{name}', [[c, '2'] for c in cells], s.CURRENCY, f'{cells[0]}: right or refused by name.', [[n, 2] for n in numbers], ',', refuse=cells[0].replace('$', '[$]'))
    case('currency-with-thousands', [['"$1,250.00"', '2'], ['"$7.50"', '2']], s.CURRENCY, '$1,250.00.', [[1250, 2], [7.5, 2]], ',', refuse='[$]1,250')
    case('currency-euro-comma', [['1.250,00 €', '2'], ['7,50 €', '2']], s.CURRENCY, '1.250,00 €.', [[1250, 2], [7.5, 2]], refuse='1[.]250,00')
    case('currencies-mixed', [['$5', '2'], ['€5', '2']], s.CURRENCY, 'Dollars and euros in one column are no one measure.', None, ',', refuse='[$]|€')
    case('accounting-negative', [['(5.50)', '2'], ['7', '2']], s.CURRENCY, '(5.50) is minus 5.50, or refused.', [[-5.5, 2], [7, 2]], ',', refuse=r'\(5[.]50\)')
    case('trailing-minus', [['5.50-', '2'], ['7', '2']], 'SAP writes the sign behind; scurker/currency.js#95', '5.50- is minus 5.50, or refused.', [[-5.5, 2], [7, 2]], ',', refuse='5[.]50-')
    case('typographic-minus', [['−5.5', '2'], ['–7', '2']], 'numeric tables copied from the web (U+2212, U+2013)', 'A real minus sign.', [[-5.5, 2], [-7, 2]], ',', refuse='−5|–7')
    for name, cell in (('kilogram', '12 kg'), ('degree', '98.6°F'), ('limit', '<0.5'), ('above', '>100'), ('about', '~5'), ('plus-minus', '1.2±0.1'), ('flag', '12.3 e'), ('star', '5*'), ('fraction', '1/2'), ('half', '½'), ('range', '3-5')):
        case(f'not-a-number-{name}', [['1', '2'], [cell, '4']], s.LIMITS, f'{cell} is no plain number: refused by its text.', None, ',', refuse=cell.replace('*', '[*]').replace('.', '[.]'))
    # Dates and times.
    for name, cell in (('iso', '2020-01-05'), ('american', '01/05/2020'), ('german', '05.01.2020'), ('excel-gene', '1-Mar'), ('time', '12:30'), ('timestamp', '2020-01-05T12:30:00Z')):
        case(f'date-{name}', [['1', '2'], [cell, '4']], 'genenames.org: gene symbols renamed because Excel makes dates of them', f'{cell} where a number belongs is named as what it is.', None, ',', refuse=f'{cell.replace(".", "[.]")}.*(date|time)|(date|time).*{cell.replace(".", "[.]")}')
    # Missing and odd.
    holes = corpus.model('numbers-imputed', imputed())
    for name, cell in (('empty', ''), ('na', 'NA'), ('nan', 'NaN'), ('n-a', 'N/A'), ('null', 'NULL'), ('none', 'None'), ('excel-na', '#N/A'), ('pandas-na', '<NA>')):
        corpus.case(f'numbers/missing-{name}', holes, csv(['id', *ABC], [[1, 1, 2, 3], [2, cell, 5, 6]]), s.NA_CATEGORY, f'"{cell}" in a number is missing; the model fills it with 7.', {'id': ['1', '2'], 'prediction': [321, 657]}, **({} if name in ('empty', 'na', 'nan') else {'refuse': cell or 'a'}))
    for name, cell in (('dot', '.'), ('question', '?'), ('mysql', '\\N'), ('dash', '-'), ('double-dash', '--'), ('eurostat', ':'), ('msvc', '-1.#IND'), ('stata', '.a'), ('spss', '#NULL!'), ('quoted-blank', '" "')):
        corpus.case(f'numbers/missing-{name}', holes, csv(['id', *ABC], [[1, 1, 2, 3], [2, cell, 5, 6]]), 'SAS and Stata "."; UCI "?"; MySQL "\\N"; Eurostat ":"; MSVC "-1.#IND"', f'{cell} in a number: missing, or refused by the cell.', {'id': ['1', '2'], 'prediction': [321, 657]}, refuse='line 3|row 2|"a"')
    for name, cell in (('division', '#DIV/0!'), ('value', '#VALUE!'), ('reference', '#REF!'), ('hashes', '####')):
        corpus.case(f'numbers/excel-error-{name}', holes, csv(ABC, [[1, 2, 3], [cell, 5, 6]]), 'support.microsoft.com: Excel error values', f'{cell} is an error of the sheet.', {'prediction': [321, 657]}, refuse=cell)
    corpus.case('numbers/infinity', one, csv(['id', 'a'], [[1, 'inf'], [2, '-Infinity'], [3, 1]]), 'pandas.pydata.org: DataFrame.to_csv writes inf', 'Infinity is a float; what comes of it is shown, or it is refused.',
                {'prediction': [['Infinity', 'inf', 'Inf', ''], ['-Infinity', '-inf', '-Inf', ''], 1]}, refuse='inf')
    case('hexadecimal', [['0x1F', '2'], ['1', '4']], 'pandas-dev/pandas#27515 (0x42ef4 in a column)', '0x1F is 31 or refused.', [[31, 2], [1, 4]], ',', refuse='0x1F')
    case('fortran-power', [['1.5D+02', '2'], ['1', '4']], 'Fortran list-directed output', '1.5D+02 is 150 or refused.', [[150, 2], [1, 4]], ',', refuse='1[.]5D')
    case('bare-point', [['.5', '5.'], ['-.25', '4']], 'SAS and SPSS leave out the zero', '.5 and 5. are numbers.', [[0.5, 5], [-0.25, 4]], ',')
    case('padded', [['  1.5', '2  '], ['\t1', ' 4 ']], s.LEADING_BLANK, 'Blanks around numbers.', [[1.5, 2], [1, 4]], ',')
    case('leading-zeros', [['007', '0002'], ['01.50', '4']], s.NA_CATEGORY, 'Zeros in front.', [[7, 2], [1.5, 4]], ',')
    case('full-width-digits', [['１２', '2'], ['1', '4']], 'Japanese input methods', 'Full-width digits: 12, or refused.', [[12, 2], [1, 4]], ',', refuse='１２')
    case('arabic-digits', [['١٢', '2'], ['1', '4']], 'Unicode decimal digits', 'Arabic digits: 12, or refused.', [[12, 2], [1, 4]], ',', refuse='١٢')


def imputed():
    """SimpleImputer with 7, then a regression."""
    nodes = [node('Concat', ABC, 'X', axis=1), ml('Imputer', 'X', 'filled', imputed_value_floats=[7.0, 7.0, 7.0], replaced_value_float=float('nan')), linear('filled', 'variable', W)]
    return build(nodes, [(c, 'FLOAT', [None, 1]) for c in ABC], [('variable', 'FLOAT', [None, 1])], producer='skl2onnx')

"""Tables that carry several habits of the world at once, as exports of real programs do."""
import numpy as np

import sources as s
from corpus import build, csv, linear, matrix_linear, named_linear, node
from texts import onehot

ABC = ['a', 'b', 'c']
X = np.array([[1, 2, 3], [4, 0, 1], [7, 5, 2]])
W = [1.0, 10.0, 100.0]
Y = {'prediction': X @ W}
ROWS = csv(X[0].tolist(), X[1:])
FOUR = ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width']
X4 = np.array([[5, 3, 1, 2], [7, 3, 4, 1], [6, 2, 6, 3]])
W4 = [1.0, 10.0, 100.0, 1000.0]
Y4 = {'prediction': X4 @ W4}
CITIES = ['Köln', 'Zürich', 'Basel', 'NA', 'None', 'null']
WORTH = [100.0, 200.0, 300.0, 400.0, 500.0, 600.0]


def write(corpus):
    case = corpus.case
    named = corpus.model('foreign-named', named_linear(ABC, W))
    three = corpus.model('foreign-three', matrix_linear(W))
    open3 = corpus.model('foreign-open-three', matrix_linear(W, width='open'))
    open4 = corpus.model('foreign-open-four', matrix_linear(W4, width='open'))
    towns = corpus.model('foreign-towns', onehot('Ort', CITIES, WORTH))
    whole = corpus.model('foreign-whole', build([node('Cast', ['n'], ['X'], to=1), linear('X', 'variable', [2.0])], [('n', 'INT64', [None, 1])], [('variable', 'FLOAT', [None, 1])], producer='skl2onnx'))
    worth = lambda cells: {'prediction': [k + 1 + (WORTH[CITIES.index(cell)] if cell in CITIES else 0) for k, cell in enumerate(cells)]}

    columns_of_all_kinds(case, named, three, open3, open4, towns)
    numbers(case, named, three, whole)
    lines(case, named, three, towns, worth)
    texts(case, towns, worth)


def columns_of_all_kinds(case, named, three, open3, open4, towns):
    rows = [(k + 1, n, *r) for k, (r, n) in enumerate(zip(X4, ['setosa', 'virginica', 'setosa']))]
    quoted = lambda names: [f'"{name}"' for name in names]
    case('columns/r-index-then-text-target', open4, csv(quoted(['', 'Species', *FOUR]), [[f'"{k}"', f'"{n}"', *r] for k, n, *r in rows]), s.TARGET, 'write.csv: an index, the class in front, numbers.', Y4)
    case('columns/two-old-indexes', open4, csv(['Unnamed: 0.1', 'Unnamed: 0', *FOUR], [[k, k, *r] for k, r in enumerate(X4)]), s.READR_NAMES, 'Saved with its index twice over.', Y4)
    case('columns/index-nameless-and-old', open4, csv(['', 'Unnamed: 0', *FOUR], [[k, k, *r] for k, r in enumerate(X4)]), s.READR_NAMES, 'Saved with its index, read, and saved again.', Y4)
    case('columns/empty-column-read-again', open3, csv([*ABC, 'Unnamed: 3'], [[*r, ''] for r in X]), s.TRAILING, 'A trailing delimiter, read and saved by pandas.', Y)
    case('columns/target-y-first', open4, csv(['y', 'x1', 'x2', 'x3', 'x4'], [[k, *r] for k, r in enumerate(X4)]), s.TARGET, 'y in front of x1 to x4.', Y4, refuse='"y"')
    case('columns/target-bool-last', open4, csv([*FOUR, 'churn'], [[*r, b] for r, b in zip(X4, ('True', 'False', 'True'))]), s.TARGET, 'A target of True and False is no fifth number.', Y4, refuse='churn')
    case('columns/target-yes-no-first', open4, csv(['default', *FOUR], [[b, *r] for r, b in zip(X4, ('yes', 'no', 'yes'))]), s.TARGET, 'yes and no in front.', Y4, refuse='default')
    case('columns/id-town-and-numbers', three, csv(['id', 'a', 'town', 'b', 'c'], [[k + 100, r[0], 'Ulm', r[1], r[2]] for k, r in enumerate(X)]), s.TARGET, 'A number and a text that are no features.', Y)
    case('columns/date-in-front-of-matrix', three, csv(['date', *ABC], [[f'2024-01-0{k + 1}', *r] for k, r in enumerate(X)]), s.TARGET, 'A column of days is no number.', Y, says='date')
    case('columns/year-in-front-of-matrix', three, csv(['year', *ABC], [[2020 + k, *r] for k, r in enumerate(X)]), s.TARGET, 'A year is a number like any other: never left out by guess.', None, refuse='year')
    case('columns/duplicates-in-matrix', open3, csv(['x', 'x', 'x'], X), s.DUPLICATE, 'Three columns of one name for three places.', Y, refuse='x')
    case('columns/duplicates-too-many', three, csv(['a', 'a', 'b', 'c'], [[r[0], 9, *r[1:]] for r in X]), s.DUPLICATE, 'Four columns for three places, two of one name.', None, refuse='"?a"?')
    case('columns/units-in-matrix', three, csv(['temp [°C]', 'wind (m/s)', 'rain / mm'], X), s.INSTRUMENT, 'Units in the names of a matrix.', Y)
    case('columns/bools-one-and-words', named, csv(ABC, [['True', 2, 3], ['1', 0, 1], ['0', 5, 2], ['False', 5, 2]]), s.BOOLS, 'True and 1, False and 0 in one column.', {'prediction': [321, 101, 250, 250]}, refuse='True|"1"')
    case('columns/bools-all-t', named, csv(ABC, [['T', 2, 3], ['T', 0, 1]]), s.BOOLS, 'A column of T alone may be TRUE or a letter.', {'prediction': [321, 101]}, refuse='"T"')
    case('columns/bools-and-two', named, csv(ABC, [['True', 2, 3], ['2', 0, 1]]), s.BOOLS, 'True beside 2 is no truth value.', None, refuse='"2"|True')
    case('columns/text-column-named-as-number', towns, csv(['x', 'Ort'], [['Köln', '1'], ['Basel', '2']]), s.TARGET, 'Two columns under each other\'s names.', None, refuse='Köln')
    case('columns/bom-index-semicolons', named, '\ufeff;a;b;c\r\n0;1,5;2;3\r\n1;4;0;1\r\n', s.PANDAS_INDEX, 'to_csv(sep=";", decimal=",", encoding="utf-8-sig").', {'prediction': [321.5, 104]})


def numbers(case, named, three, whole):
    sheet = lambda rows, end='\r\n': 'a;b;c' + end + ''.join(';'.join(row) + end for row in rows)
    case('numbers/apostrophe-of-windows-1252', named, sheet([['1’250.50', '2', '3'], ['12’000', '0', '1']]).encode('cp1252'), s.SPACED_THOUSANDS, 'Swiss Excel: a typographic apostrophe in Windows-1252.', {'prediction': [1250.5 + 320, 12100]})
    case('numbers/no-break-space-of-windows-1252', named, sheet([['1\xa0250,50', '2', '3'], ['12\xa0000', '0', '1']]).encode('cp1252'), s.SPACED_THOUSANDS, 'French Excel: a no-break space in Windows-1252.', {'prediction': [1250.5 + 320, 12100]})
    case('numbers/euro-of-windows-1252', named, sheet([['1.250,50 €', '2', '3'], ['12 €', '0', '1']]).encode('cp1252'), s.CURRENCY, 'The euro sign is 0x80 there.', {'prediction': [1250.5 + 320, 112]}, refuse='€')
    case('numbers/no-break-space-and-comma-between-commas', named, 'a,b,c\n"1\xa0250,5","2","3"\n"4","0,5","1"\n', s.SPACED_THOUSANDS, 'Decimal commas in quotes, no-break spaces.', {'prediction': [1250.5 + 320, 109]}, refuse='1.250,5')
    case('numbers/trailing-minus-and-decimal-comma', named, sheet([['1.250,50-', '2', '3'], ['12,00', '0', '1']]), 'SAP: 1.250,50-', 'A minus behind, as SAP writes.', {'prediction': [-1250.5 + 320, 112]}, refuse='1.250,50-')
    case('numbers/accounts-and-decimal-comma', named, sheet([['(1.250,50)', '2', '3'], ['12,00', '0', '1']]), s.CURRENCY, 'Parentheses for minus.', {'prediction': [-1250.5 + 320, 112]}, refuse=r'\(1.250,50\)')
    case('numbers/tabs-settled-by-comma', named, 'a\tb\tc\n1,250\t3,75\t1\n', s.TWO_READINGS, '3,75 makes the comma decimal, so 1,250 is one and a quarter.', {'prediction': [1.25 + 37.5 + 100]})
    case('numbers/whole-with-a-point', whole, 'n\n1.250\n2.500\n', s.TWO_READINGS, 'A whole number is wanted: 1.250 is never cut to 1.', {'prediction': [2500, 5000]}, refuse='1.250')
    case('numbers/whole-as-float', whole, 'n\n1.0\n2.0\n', 'pandas.pydata.org: integers with missing values become floats', 'pandas writes whole numbers as 1.0.', {'prediction': [2, 4]})
    case('numbers/whole-with-decimal-comma', whole, 'n;note\n1,0;x\n2,0;y\n', s.DECIMAL_COMMA, 'The same with a decimal comma.', {'prediction': [2, 4]}, refuse='1,0')
    case('numbers/whole-of-bools', whole, 'n\nTRUE\nFALSE\n', s.BOOLS, 'TRUE for a whole number.', {'prediction': [2, 0]}, refuse='TRUE')
    case('numbers/german-day-and-time', named, sheet([['05.01.2024 12:30', '2', '3'], ['06.01.2024 12:30', '0', '1']]), s.DECIMAL_COMMA, 'A day and a time where a number belongs.', None, refuse='date')
    case('numbers/month-and-year', named, sheet([['Mär 24', '2', '3'], ['Apr 24', '0', '1']]), s.DECIMAL_COMMA, 'A month where a number belongs.', None, refuse='date')
    case('numbers/rate-in-name', named, 'a (%);b;c\n12,5;2;3\n7;0;1\n', s.PERCENT, 'The per cent sign stands in the name: the number is the number.', {'prediction': [12.5 + 320, 107]}, refuse=r'a \(%\)')
    case('numbers/per-cent-beside-plain', named, sheet([['12,5 %', '2', '3'], ['0,2', '0', '1']]), s.PERCENT, 'Per cent and plain in one column.', None, refuse='12,5 %|0,2')
    case('numbers/million', named, 'a,b,c\n1.2M,2,3\n3K,0,1\n', s.CURRENCY, 'M and K for a million and a thousand.', {'prediction': [1200320, 3100]}, refuse='1.2M')
    case('numbers/currency-in-matrix', three, 'a,b,c\n"$1,250.00",2,3\n$7.50,0,1\n', s.CURRENCY, 'Dollars in a matrix.', {'prediction': [1570, 107.5]}, refuse=r'\$')
    case('numbers/two-forms-in-two-columns', named, 'a\tb\tc\n1.234,5\t2\t3\n4\t1,234.5\t1\n', s.TWO_READINGS, 'One column in German, one in English.', None, refuse='1.234,5|1,234.5')


def lines(case, named, three, towns, worth):
    case('lines/everything-above', named, 'Station report;;\r\nStation:;Ulm;\r\n;;\r\na;b;c\r\n[m];[kg];[°C]\r\n1,5;2;3\r\n;;\r\n4;0;1\r\nSumme;5,5;2\r\n', s.PREAMBLE, 'Title, keys, delimiters, units, an empty row, and a total: the total is said or refused.', [{'prediction': [321.5, '', 104]}, {'prediction': [321.5, 104]}, {'prediction': [321.5, '', 104, '']}], refuse='Summe|line 9|header')
    case('lines/total-first', named, 'town,a,b,c\nTotal,12,7,6\nBonn,1,2,3\nKiel,4,0,1\nUlm,7,5,2\n', s.TOTALS, 'The sum stands under the names.', [Y, {'prediction': ['', *(X @ W)]}, {'prediction': [12 + 70 + 600, *(X @ W)]}], refuse='total|line 2', says='total|line 2')
    for name, word in (('gesamt', 'Gesamt'), ('grand-total', 'Grand Total'), ('sigma', 'Σ')):
        case(f'lines/total-{name}', named, f'town;a;b;c\nBonn;1;2;3\nKiel;4;0;1\nUlm;7;5;2\n{word};12;7;6\n', s.TOTALS, f'{word} below the rows.', [Y, {'prediction': [*(X @ W), '']}, {'prediction': [*(X @ W), 12 + 70 + 600]}], refuse='line 5|' + word, says=f'{word}|line 5|last line')
    case('lines/total-of-something-else', named, 'town,a,b,c\nBonn,1,2,3\nKiel,4,0,1\nUlm,7,5,2\nMean,3,3,3\n', s.TOTALS, 'A mean over other rows than these is kept, and said.', [Y, {'prediction': [*(X @ W), '']}, {'prediction': [*(X @ W), 333]}], refuse='line 5|Mean', says='Mean|line 5')
    case('lines/total-without-name', named, 'town,a,b,c\nBonn,1,2,3\nKiel,4,0,1\nUlm,7,5,2\n,12,7,6\n', s.TOTALS, 'A sum that nothing names: a row like others.', [Y, {'prediction': [*(X @ W), 12 + 70 + 600]}])
    case('lines/comment-semicolons', named, '; exported 2024-01-05\n; by logger 3.1\na,b,c\n' + ROWS, s.PREAMBLE, 'Comments of an .ini.', Y, refuse='line|header')
    case('lines/comment-slashes', named, '// exported 2024-01-05\n// a, b, c are lengths\na,b,c\n' + ROWS, s.PREAMBLE, 'Comments of a programmer.', Y, refuse='line|header')
    case('lines/comment-with-delimiters', three, '# a is the age, b the height, c the weight\n# in years, metres, kilogrammes\na,b,c\n' + ROWS, s.PREAMBLE, 'Commas in the comments.', Y)
    case('lines/dashes-below-names', named, 'a,b,c\n-,-,-\n1,2,3\n4,0,1\n\n(2 rows affected)\n', 'learn.microsoft.com: sqlcmd -s "," -W', 'sqlcmd draws a line below the names.', {'prediction': [321, 104]}, refuse='line 2|"-"')
    case('lines/dashes-as-wide-as-columns', named, 'a   |b   |c\n----|----|----\n1   |2   |3\n4   |0   |1\n', 'learn.microsoft.com: sqlcmd -s "|"', 'The same in columns of a width.', {'prediction': [321, 104]}, refuse='line 2|---')
    case('lines/blank-cells-and-delimiters', named, ' ; ; \r\r\na;b;c\r\r\n1,5;2;3\r\r\n ; ; \r\r\n4;0;1\r\r\n;;\r\r\n', s.BLANK_ROWS, 'Rows of blanks and delimiters, CR CR LF.', [{'prediction': [321.5, '', 104, '']}, {'prediction': [321.5, 104]}])
    case('lines/trailing-in-some-rows', named, 'a,b,c\n1,2,3,\n4,0,1\n7,5,2,\n', s.TRAILING, 'A delimiter behind some rows.', Y, refuse='line 2|line 3')
    case('lines/wrapped-cell-cr-cr-lf', named, 'note,a,b,c\r\r\n"two\r\r\nlines",1,2,3\r\r\nx,4,0,1\r\r\n', s.CRCRLF, 'CR CR LF, in a cell too.', {'prediction': [321, 104]})
    case('lines/r-row-names-csv2', named, '"a";"b";"c"\n"1";1,5;2;3\n"2";4;0;1\n', s.R_ROW_NAMES, 'write.table(sep = ";", dec = ","): the header is one name short.', {'prediction': [321.5, 104]})
    case('lines/no-header-class-and-decimal-comma', three, '1,5;2;3;setosa\n4;0;1;setosa\n7;5;2;virginica\n', s.DECIMAL_COMMA, 'No names, decimal commas, a class behind.', {'prediction': [321.5, 104, 257]}, refuse='header|names')
    case('lines/no-header-index-and-numbers', three, '0,1.5,2,3\n1,4,0,1\n2,7,5,2\n', s.PANDAS_INDEX, 'to_csv(header=False) keeps the index: four numbers for three places.', None, refuse='column_1|header|names')
    case('lines/statistics-of-one-column', three, ',Temp,Temp,Wind\n,mean,max,mean\n0,1,2,3\n1,4,0,1\n', s.MULTI_HEADER, 'groupby().agg(): two rows of names.', {'prediction': [321, 104]}, refuse='header|line')
    case('lines/codes-and-questions', named, 'a;b;c\nAge of person;Height in metres;Weight in kg\n1;2;3\n4;0;1\n', 'limesurvey.org: question codes and full questions', 'Codes, then what they mean.', {'prediction': [321, 104]}, refuse='header|line 2')
    case('lines/quote-after-blanks-and-semicolon', towns, 'x; "Ort"\n1; "Köln"\n2;  "Basel"\n', s.LEADING_BLANK, 'Blanks before quotes, semicolons.', worth(['Köln', 'Basel']))
    case('lines/quote-after-tab', towns, 'x,\t"Ort"\n1,\t"Köln"\n2,\t"Basel"\n', s.LEADING_BLANK, 'A tab before quotes, for the eye.', worth(['Köln', 'Basel']), refuse='quote|Ort')


def texts(case, towns, worth):
    table = lambda cells, delimiter=',', end='\n': delimiter.join(['x', 'Ort']) + end + ''.join(f'{k + 1}{delimiter}{cell}{end}' for k, cell in enumerate(cells))
    case('texts/utf-16be-no-bom', towns, table(['Köln', 'Basel']).encode('utf-16be'), s.UTF16, 'UTF-16, big end first, without a mark.', worth(['Köln', 'Basel']), refuse='UTF-16')
    case('texts/utf-16le-no-bom-semicolons', towns, table(['Köln', 'Zürich'], ';', '\r\n').encode('utf-16le'), s.UTF16, 'UTF-16 without a mark, semicolons.', worth(['Köln', 'Zürich']), refuse='UTF-16')
    case('texts/missing-words-in-1252', towns, ('sep=;\r\n' + table(['Köln', 'NA', 'None', 'null', 'Zürich'], ';', '\r\n')).encode('cp1252'), s.NA_CATEGORY, 'NA, None and null are categories, in Windows-1252, with a line for Excel.', worth(['Köln', 'NA', 'None', 'null', 'Zürich']))
    case('texts/unseen-in-1252', towns, table(['Köln', 'Genève', 'Basel', 'Genève', 'Sion']).encode('cp1252'), s.UNKNOWN_CATEGORY, 'Unseen values are counted and named.', worth(['Köln', 'Genève', 'Basel', 'Genève', 'Sion']), says='"unseen": ?[23].*Genève.*Sion')
    case('texts/trimmed-would-match', towns, table(['Köln ', 'Basel', '\u00a0Zürich']), s.LEADING_BLANK, 'Blanks around: unseen and said that they would match, or trimmed and said.', [{'prediction': [1, 302, 3]}, worth(['Köln', 'Basel', 'Zürich'])], says=['"trimmable": ?2', 'trim|blank'])
    case('texts/empty-cell-unseen', towns, table(['Köln', '', 'Basel']), s.NA_CATEGORY, 'An empty cell is the empty text, which this model does not know: said.', worth(['Köln', '', 'Basel']), refuse='no value', says='"missing": ?1|"unseen": ?1')
    case('texts/float-of-a-category', towns, table(['1.0', 'Köln']), s.UNKNOWN_CATEGORY, 'A category that became a float is unseen and named.', worth(['1.0', 'Köln']), says='"unseen": ?1.*1\\.0')

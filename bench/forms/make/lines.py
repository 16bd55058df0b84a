"""Where a table begins and ends, and what its lines look like."""
import numpy as np

import sources as s
from corpus import csv, linear, matrix_linear, named_linear, build, ml, node, const

ABC = ['a', 'b', 'c']
X = np.array([[1, 2, 3], [4, 0, 1], [7, 5, 2]])
W = [1.0, 10.0, 100.0]
Y = {'prediction': X @ W}
ROWS = '1,2,3\n4,0,1\n7,5,2\n'
TABLE = 'a,b,c\n' + ROWS


def write(corpus):
    named = corpus.model('lines-named', named_linear(ABC, W))
    three = corpus.model('lines-three', matrix_linear(W))
    open3 = corpus.model('lines-open', matrix_linear(W, width='open'))
    texts = corpus.model('lines-texts', build([ml('OneHotEncoder', 'town', 'h3', cats_strings=['Bonn', 'Kiel'], zeros=1), node('Flatten', 'h3', 'h'), node('Concat', ['a', 'h'], 'X', axis=1), linear('X', 'y', [1, 100, 200])],
                                              [('a', 'FLOAT', [None, 1]), ('town', 'STRING', [None, 1])], [('y', 'FLOAT', [None, 1])], producer='skl2onnx'))

    def case(name, table, source, why, value=Y, model=named, **more):
        corpus.case(f'lines/{name}', model, table, source, why, value, **more)

    semicolons = TABLE.replace(',', ';')
    # Line ends.
    for name, end in (('crlf', '\r\n'), ('cr', '\r'), ('cr-cr-lf', '\r\r\n')):
        case(f'ends-{name}', TABLE.replace('\n', end), s.CRCRLF, f'Lines that end in {end!r}.')
        case(f'ends-{name}-text', 'a,town\n1,Bonn\n2,Kiel\n'.replace('\n', end), s.CRCRLF, f'A text before {end!r} has nothing stuck to it.', {'prediction': [101, 202]}, texts)
    case('ends-mixed', 'a,b,c\r\n1,2,3\n4,0,1\r\n7,5,2', s.CRCRLF, 'Two kinds of line end, none at the last line.')
    case('ends-mixed-text', 'a,town\n1,Bonn\r\n2,Kiel\n', s.CRCRLF, 'Windows line ends in some lines only.', {'prediction': [101, 202]}, texts)
    case('no-last-line-end', TABLE.rstrip('\n'), s.NO_LAST_END, 'The last line has no end.')
    case('ctrl-z', TABLE.encode() + b'\x1a', 'DOS end-of-file mark', 'A file of DOS ends in Ctrl-Z.', refuse='line 5|1A|Ctrl|end-of-file|short|fields|columns')
    # Delimiters.
    for name, delimiter in (('tab', '\t'), ('pipe', '|'), ('semicolon', ';')):
        case(f'delimiter-{name}', TABLE.replace(',', delimiter), 'deephaven/deephaven-core#1800; pandas-dev/pandas#4598 (pipes)', f'{name}.')
    case('delimiter-blank', TABLE.replace(',', ' '), s.R_ROW_NAMES, 'R write.table writes blanks.', refuse='blank|space|delimiter')
    case('delimiter-blanks-aligned', 'a    b   c\n1    2   3\n4    0   1\n7    5   2\n', 'pandas-dev/pandas#11256 (read_fwf)', 'Columns of a width.', refuse='blank|space|delimiter|width|columns')
    case('delimiter-comma-and-blank', TABLE.replace(',', ', '), s.LEADING_BLANK, 'A blank after every comma, names too.')
    case('blank-before-quote', '"a",   "b",  "c"\n"1",  "2",   3\n 4 , "0" , 1\n"7",5, "2"\n', s.LEADING_BLANK, 'Blanks before and behind quotes.')
    case('semicolon-in-names', '"a;x",b,c\n' + ROWS, s.LEADING_BLANK, 'A name with a semicolon in quotes.', model=three)
    case('comma-in-cells-of-semicolons', 'id;a;b;c\n"x,y,z";1;2;3\nu,v;4;0;1\n;7;5;2\n', s.DECIMAL_COMMA, 'Commas in a text, semicolons between.')
    # sep=
    for name, line, body in (('semicolon', 'sep=;', semicolons), ('comma', 'sep=,', TABLE), ('tab', 'sep=\t', TABLE.replace(',', '\t')), ('pipe', 'sep=|', TABLE.replace(',', '|')), ('quoted', '"sep=;"', semicolons), ('upper', 'SEP=;', semicolons)):
        case(f'sep-{name}', f'{line}\n{body}', s.EXCEL_SEP, f'The line {line!r} is for Excel.')
    case('sep-bom-crlf', '\ufeff' + ('sep=;\n' + semicolons).replace('\n', '\r\n'), s.EXCEL_SEP, 'With a byte order mark and CRLF.')
    case('sep-utf-16', ('\ufeff' + 'sep=;\r\n' + semicolons.replace('\n', '\r\n')).encode('utf-16le'), s.EXCEL_SEP, 'In UTF-16.')
    case('sep-decimal-comma', 'sep=;\na;b;c\n1,5;2;3\n', s.EXCEL_SEP, 'With decimal commas below.', {'prediction': [321.5]})
    # Before the names.
    case('comments', '# made by logger 7\n# 2024-01-05, 3 rows\n' + TABLE, s.PREAMBLE, 'Comment lines.')
    case('comment-per-cent', '% exported by MATLAB\n' + TABLE, 'mathworks.com: writematrix; ARFF comments', 'Comment lines of MATLAB.', refuse='line 1|comment')
    case('comment-tilde', '~Resultfile\n~Operator: me\n~\n' + TABLE.replace(',', '\t'), s.INSTRUMENT, 'Lines of a battery tester.')
    case('comments-in-the-middle', 'a,b,c\n1,2,3\n# sensor changed\n4,0,1\n7,5,2\n', s.PREAMBLE, 'A comment between rows.', [Y], refuse='line 3')
    case('names-behind-hash', '# a,b,c\n' + ROWS, 'numpy.org: savetxt (header="a,b,c" writes "# a,b,c")', 'numpy.savetxt writes the names as a comment.', refuse='header|name|line 1')
    case('names-behind-hash-matrix', '# a,b,c\n' + ROWS, 'numpy.org: savetxt', 'The same for a matrix: no row is lost.', model=three)
    case('title', 'Sales report\n' + TABLE, s.PREAMBLE, 'A title above the names.')
    case('title-and-blank', 'Sales report\n\n' + TABLE, s.PREAMBLE, 'A title and a blank line.')
    case('title-with-delimiters', 'Sales report,,\n,,\n' + TABLE, s.PREAMBLE, 'A title as Excel saves it.')
    case('key-value-preamble', '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-01-05",\n\n"a","b","c",\n' + '"1","2","3",\n"4","0","1",\n"7","5","2",\n', 'data.worldbank.org CSV downloads', 'World Bank: lines of two cells, blank lines, trailing commas.')
    case('account-preamble', '"Account:";"1234567890 / Internet"\n\n"From:";"01.01.2012"\n"Balance:";"123,45"\n\n"a";"b";"c"\n"1,5";"2";"3"\n', s.PREAMBLE, 'A bank\'s statement.', {'prediction': [321.5]})
    case('numeric-preamble', 'Run,17\nOperator,3\n' + TABLE, s.INSTRUMENT, 'Lines above the names that hold numbers.')
    case('blank-lines-first', '\n\n' + TABLE, s.BLANK_ROWS, 'Blank lines above the names.')
    case('delimiters-first', ',,\n,,\n' + TABLE, s.BLANK_ROWS, 'Lines of delimiters above the names.')
    # Two rows of names, units.
    case('units-row', 'a,b,c\nm,kg,degree_C\n' + ROWS, s.UNITS_ROW, 'Units in the second row.')
    case('units-row-brackets', 'a,b,c\n(m),(kg),(°C)\n' + ROWS, s.UNITS_ROW, 'Units in brackets.')
    case('units-row-with-holes', 'a;b;c\n;m²;°C\n' + ROWS.replace(',', ';'), s.UNITS_ROW, 'A column without a unit.')
    case('units-row-then-blank', 'a;b;c\n ;m²;°C\n;;\n' + ROWS.replace(',', ';'), s.UNITS_ROW, 'Units, then a row of delimiters.', [Y, {'prediction': ['', *(X @ W)]}])
    case('toa5', '"TOA5","6843","CR3000"\n"a","b","c"\n"m/s","g/m^3","C"\n"Smp","Smp","Smp"\n' + ROWS, s.TOA5, 'Four header lines of a data logger.', refuse='header|line')
    case('toa5-timestamps', '"TOA5","6843","CR3000","6843"\n"TIMESTAMP","a","b","c"\n"TS","m/s","g/m^3","C"\n"","Smp","Smp","Smp"\n"2012-06-07 13:00:00",1,2,3\n"2012-06-07 13:00:01",4,0,1\n', s.TOA5, 'The same with a column of times.', {'prediction': [321, 104]}, refuse='header|line')
    case('qualtrics', 'a,b,c\nHow old are you?,How tall?,How heavy?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3""}"\n' + ROWS, 'qualtrics.com: CSV exports have three header rows', 'Questions and import ids under the names.', refuse='header|line 2|How old')
    case('census-labels', 'a,b,c\n"Estimate, total","Estimate, male","Estimate, female"\n' + ROWS, 'census.gov: data.census.gov downloads have a second row of labels', 'A row of labels under the names.', refuse='header|line 2|Estimate')
    case('group-row-above', ',Sepal,,Petal\nid,a,b,c\nx,1,2,3\ny,4,0,1\n', s.MULTI_HEADER, 'A row of groups above the names.', {'prediction': [321, 104]}, refuse='header|line')
    case('multi-index', ',S,S,P\n,a,b,c\n0,1,2,3\n1,4,0,1\n', s.MULTI_HEADER, 'pandas MultiIndex columns.', {'prediction': [321, 104]}, refuse='header|line|twice|same name|duplicate')
    case('r-row-names', '"a" "b" "c"\n"1" 1 2 3\n"2" 4 0 1\n"3" 7 5 2\n', s.R_ROW_NAMES, 'write.table: one name fewer than cells.')
    case('r-row-names-commas', 'a,b,c\nx1,1,2,3\nx2,4,0,1\nx3,7,5,2\n', s.R_ROW_NAMES, 'The same with commas.')
    case('r-row-names-matrix', '"a"\t"b"\t"c"\n"1"\t1\t2\t3\n"2"\t4\t0\t1\n', s.R_ROW_NAMES, 'The same for a matrix, between tabs.', {'prediction': [321, 104]}, three)
    case('unquoted-thousands', 'a,b\n1,250,2\n3,980,4\n', s.THOUSANDS, 'Two names, three cells: 1,250 was not quoted. No index 1, 3.', None, corpus.model('lines-two', named_linear(['a', 'b'], W[:2])), refuse='line 2|3 (cells|fields|values|columns)|three')
    # Without names.
    case('no-header', ROWS, 'ioos/erddapy#51 (.csv0 has no names)', 'Numbers from the first line on: three rows, none lost.', model=three)
    case('no-header-open', ROWS, 'ioos/erddapy#51 (.csv0 has no names)', 'The same where the width stands in the weights.', model=open3)
    case('no-header-class-last', '1,2,3,Iris-setosa\n4,0,1,Iris-setosa\n7,5,2,Iris-virginica\n', 'archive.ics.uci.edu: iris.data', 'iris.data: no names, a class behind.', model=three, refuse='header|names')
    case('no-header-class-first', 'M,1,2,3\nB,4,0,1\nM,7,5,2\n', 'archive.ics.uci.edu: wdbc.data', 'A class in front.', model=three, refuse='header|names')
    case('no-header-target-first', '1,1,2,3\n0,4,0,1\n1,7,5,2\n', s.TARGET, 'Four numbers for three places, none named.', None, three, refuse=r'\b(3|three)\b|header|names')
    case('no-header-named-inputs', ROWS, 'ioos/erddapy#51', 'Inputs with names, a table without: never by guess and unsaid.', model=named, refuse='header|names')
    case('no-header-decimal-comma', '1,5;2;3\n4;0;1\n', s.DECIMAL_COMMA, 'Decimal commas, no names.', {'prediction': [321.5, 104]}, three)
    case('counted-names', '0,1,2\n' + ROWS.replace('1,2,3', '1.5,2,3'), 'pandas.pydata.org: to_csv of an array', 'pandas counts the columns of an array from 0.', {'prediction': [321.5, 104, 257]}, three)
    years = corpus.model('lines-years', named_linear(['2019', '2020', '2021'], W))
    case('years-as-names', '2019,2020,2021\n' + ROWS, 'data.worldbank.org: one column a year', 'The names are years, and the model knows them.', model=years)
    case('years-as-names-matrix', '2019,2020,2021\n' + ROWS, 'data.worldbank.org: one column a year', 'Years as names, or a row of data: which of the two is said, or asked.', [Y, {'prediction': [2019 + 20200 + 202100, *(X @ W)]}], three, refuse='header|names')
    # Ends of rows.
    case('trailing-delimiter', 'a,b,c,\n1,2,3,\n4,0,1,\n7,5,2,\n', s.TRAILING, 'A delimiter behind every line.')
    case('trailing-delimiter-rows-only', 'a,b,c\n1,2,3,\n4,0,1,\n7,5,2,\n', s.TRAILING, 'Behind every row and not behind the names: nothing moves.')
    case('trailing-delimiter-rows-only-matrix', 'a,b,c\n1,2,3,\n4,0,1,\n7,5,2,\n', s.TRAILING, 'The same for a matrix.', model=three)
    case('trailing-delimiter-matrix', 'a;b;c;\n1;2;3;\n4;0;1;\n7;5;2;\n', s.TRAILING, 'Behind every line, for a matrix.', model=three)
    case('trailing-delimiter-names-only', 'a,b,c,\n' + ROWS, s.TRAILING, 'Behind the names only.')
    case('trailing-delimiters-many', 'a,b,c,,,\n1,2,3,,,\n4,0,1,,,\n7,5,2,,,\n', s.BLANK_ROWS, 'Excel keeps columns that were emptied.')
    case('trailing-blank', 'a b c \n1 2 3 \n4 0 1 \n7 5 2 \n', 'JuliaData/CSV.jl#120', 'A blank at the end of lines of blanks.', refuse='blank|space|delimiter|columns')
    case('names-one-too-many', 'id,a,b,c\n1,2,3\n4,0,1\n', s.TRAILING, 'Four names, three cells: nothing tells which name has none.', None, refuse='line 2')
    case('german-weather', 'STATIONS_ID;MESS_DATUM;  a;  b;  c;eor\n         44;2024010100;   1;   2;   3;eor\n         44;2024010101;   4;   0;   1.0;eor\n', 'opendata.dwd.de: hourly station data', 'Padded names and numbers, eor at the end of every row.', {'prediction': [321, 104]})
    case('short-row', 'a,b,c\n1,2,3\n4,0\n7,5,2\n', s.TRAILING, 'A row of two cells.', None, refuse='line 3|row 2')
    case('long-row', 'a,b,c\n1,2,3\n4,0,1,9\n7,5,2\n', s.TRAILING, 'A row of four cells.', None, refuse='line 3|row 2')
    case('short-row-late', 'a,b,c\n' + '1,2,3\n' * 5000 + '4,0\n', s.TRAILING, 'The same in line 5002.', None, refuse='5,?002|5,?001')
    # Rows that are none.
    blank = {'prediction': [321, 104, '', '', 257]}
    fewer = Y
    for name, line in (('delimiters', ',,'), ('quotes', '"","",""')):
        case(f'blank-{name}-middle', f'a,b,c\n1,2,3\n4,0,1\n{line}\n{line}\n7,5,2\n', s.BLANK_ROWS, f'Rows {line}: nothing is predicted for them.', [blank, fewer])
        case(f'blank-{name}-end', f'a,b,c\n1,2,3\n4,0,1\n7,5,2\n{line}\n{line}\n', s.BLANK_ROWS, f'Rows {line} at the end.', [{'prediction': [321, 104, 257, '', '']}, fewer])
    case('blank-delimiters-text', 'a,town\n1,Bonn\n,\n2,Kiel\n', s.BLANK_ROWS, 'A row of delimiters where a text would be read as empty.', [{'prediction': [101, '', 202]}, {'prediction': [101, 202]}], texts)
    tree = corpus.model('lines-tree', build([ml('TreeEnsembleClassifier', 'float_input', ['label', 'probabilities'], class_ids=[0, 0], class_nodeids=[1, 2], class_treeids=[0, 0], class_weights=[0.125, 0.75], classlabels_strings=['low', 'high'],
                        nodes_falsenodeids=[2, 0, 0], nodes_featureids=[1, 0, 0], nodes_hitrates=[1.0] * 3, nodes_missing_value_tracks_true=[0] * 3, nodes_modes=['BRANCH_LEQ', 'LEAF', 'LEAF'], nodes_nodeids=[0, 1, 2], nodes_treeids=[0] * 3,
                        nodes_truenodeids=[1, 0, 0], nodes_values=[2.5, 0.0, 0.0], post_transform='NONE')], [('float_input', 'FLOAT', [None, 3])], [('label', 'STRING', [None]), ('probabilities', 'FLOAT', [None, 2])], producer='skl2onnx'))
    case('blank-delimiters-tree', 'a;b;c\r\n1;2;3\r\n7;5;2\r\n;;\r\n;;\r\n', s.BLANK_ROWS, 'A tree gives a class for anything: not for nothing.', [{'prediction': ['low', 'high', '', '']}, {'prediction': ['low', 'high']}], tree)
    case('blank-lines', 'a,b,c\n1,2,3\n\n4,0,1\n   \n7,5,2\n\n\n', s.BLANK_ROWS, 'Blank lines, one with blanks in it.', [Y, {'prediction': [321, 104, '', 257]}])
    nothing = [['', 'NaN']]
    for name, line in (('total', 'Total,12,7,6'), ('summe', 'Summe:,12,7,6'), ('totals-empty', 'Totals:,,,'), ('average', 'Average,4,2.333,2')):
        case(f'total-{name}', 'town,a,b,c\nBonn,1,2,3\nKiel,4,0,1\nUlm,7,5,2\n' + line + '\n', s.TOTALS, f'The last line ({line}) is no row: left out and said, kept empty, kept and said, or refused.', [Y, {'prediction': [321, 104, 257, *nothing]}, {'prediction': [321, 104, 257, 12 + 70 + 600]}, {'prediction': [321, 104, 257, 4 + 23.33 + 200]}], refuse='total|summe|average|line 5', says='total|summe|average|last line|line 5')
    case('footer-source', TABLE + '\nSource: Statistical office\n', s.PREAMBLE, 'A source below a blank line.', refuse='line 6|Source')
    case('footer-delimiters', TABLE + 'Source: Statistical office,,\n', s.PREAMBLE, 'The same as Excel saves it.', [Y, {'prediction': [321, 104, 257, '']}], refuse='line 5|Source')
    case('footer-salesforce', TABLE + '\n\n"Confidential Information - Do Not Distribute"\n"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."\n', 'help.salesforce.com: report exports end in a notice', 'Two lines of notice.', refuse='line [67]|line [78]|Confidential')
    case('footer-psql', 'a|b|c\n1|2|3\n4|0|1\n7|5|2\n(3 rows)\n', 'postgresql.org: psql --no-align', 'psql counts the rows below them.', refuse='line 5|rows')
    case('footer-comment', TABLE + '# end of file\n', s.PREAMBLE, 'A comment at the end.', refuse='line 5|comment')
    case('header-again', TABLE + TABLE, s.REPEATED_HEADER, 'Two files in one: the names come again.', {'prediction': [*(X @ W)] * 2}, refuse='line 5|header|names')
    case('header-again-text', 'a,town\n1,Bonn\na,town\n2,Kiel\n', s.REPEATED_HEADER, 'The names among rows, in a text column too.', {'prediction': [101, 202]}, texts, refuse='line 3|header|names')
    case('psql-aligned', ' a | b | c \n---+---+---\n 1 | 2 | 3\n 4 | 0 | 1\n(2 rows)\n', 'postgresql.org: psql aligned output', 'A table as psql draws it.', {'prediction': [321, 104]}, refuse='line 2|---')
    case('markdown', '| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 0 | 1 |\n', 'github.github.com/gfm: tables', 'A table of Markdown.', {'prediction': [321, 104]}, refuse='line 2|---|Markdown|delimiter')
    # Quotes.
    case('quotes-everywhere', '"a","b","c"\n"1","2","3"\n"4","0","1"\n"7","5","2"\n', 'stat.ethz.ch: write.csv', 'Everything in quotes.')
    case('quote-open', 'a,b,c\n1,2,3\n"4,0,1\n7,5,2\n', 'RFC 4180', 'A quote that nobody closes.', None, refuse='quote')
    case('lines-in-quotes', '"a,b,c"\n"1,2,3"\n"4,0,1"\n"7,5,2"\n', 'powerbi community: whole lines in quotes', 'Every line in quotes as a whole.', refuse='quote|one column|"a,b,c"|column', never='no comma')
    case('quote-late', 'id,a,b,c\n' + 'x,1,2,3\n' * 3000 + '"y,\nz",4,0,1\n', 'RFC 4180', 'A line break in quotes after 20 KB.', {'prediction': [321] * 3000 + [104]})
    case('wide-cell', 'note,a,b,c\n"' + 'long, ' * 3000 + '",1,2,3\nx,4,0,1\n', 'RFC 4180', 'A cell of 18 KB.', {'prediction': [321, 104]})
    # Nothing there, or something else.
    for name, content, names in (('empty', b'', 'empty|no (header|rows)|nothing'), ('blank', b'\n\n \n', 'empty|no (header|rows)|blank'), ('header-only', b'a,b,c\n', 'no rows?|empty'), ('bom-only', b'\xef\xbb\xbf', 'empty|no (header|rows)')):
        case(f'file-{name}', content, 'microsoft/AzureStorageExplorer#3136; RFC 4180', 'A file without rows.', None, refuse=names)
    echo = 'lacks|does not know|in the middle of a value'
    kinds = (('xlsx', b'PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml' + bytes(64) + b'xl/workbook.xml', 'spreadsheet|Excel|xlsx|zip'), ('xls', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(504), 'spreadsheet|Excel|xls'),
             ('parquet', b'PAR1\x15\x04\x15\x10\x15\x14L\x15\x02\x15\x00' + bytes(40) + b'PAR1', 'Parquet'), ('gzip', b'\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03' + bytes(range(1, 60)), 'gzip|compressed'), ('pdf', b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n', 'PDF'),
             ('html', b'<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n', 'HTML|web page'), ('json', b'[{"a": 1, "b": 2, "c": 3}]\n', 'JSON'), ('json-lines', b'{"a": 1, "b": 2, "c": 3}\n{"a": 4, "b": 0, "c": 1}\n', 'JSON'), ('sqlite', b'SQLite format 3\0' + bytes(84), 'SQLite|database|binary|not text'),
             ('png', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + bytes(20), 'PNG|picture|image|binary|not text'), ('onnx', None, 'ONNX|model|binary|not text'))
    for name, content, names in kinds:
        case(f'file-{name}', content or corpus.models[named], s.WRONG_FILE, f'A {name} file where the table belongs.', None, refuse=names, never=echo)

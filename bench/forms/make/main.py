"""Writes the corpus: python3 bench/forms/make/main.py FOLDER. The same bytes every time."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import axes  # noqa: E402
import column_names  # noqa: E402
import element_types  # noqa: E402
import foreign_tables  # noqa: E402
import further  # noqa: E402
import lines  # noqa: E402
import loading  # noqa: E402
import numbers_as_written  # noqa: E402
import outputs_exporters  # noqa: E402
import outputs_meaning  # noqa: E402
import texts  # noqa: E402
from corpus import Corpus  # noqa: E402

corpus = Corpus()
for kind in (outputs_exporters, outputs_meaning, axes, element_types, texts, column_names, numbers_as_written, lines, loading, further, foreign_tables):
    kind.write(corpus)
loading.contradictions(corpus)
corpus.write(sys.argv[1])
print(f'{len(corpus.cases)} cases, {len(corpus.models)} models, {sum(map(len, corpus.models.values()))} + {sum(map(len, corpus.tables.values()))} bytes')

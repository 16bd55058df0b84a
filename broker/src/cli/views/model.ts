import {
  classesText,
  compareModels,
  formatBytes,
  opsetsText,
  producerText,
  type ModelFactsView,
  type ModelVocabulary,
  type ModelView,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';

/** A model in words: what it is, what it takes, what it gives. */
export function modelText(model: ModelView, { paint, width }: Terminal): string {
  const { facts, problem } = model;
  const head: [string, string][] = [['Model', `${model.file} (${formatBytes(model.bytes)})`]];
  if (facts === null) return formatFacts([...head, ['Looked into', problem ?? 'no']], paint);
  const about = formatFacts(
    [
      ...head,
      ['Producer', producerText(facts)],
      ['Operators', `${facts.operators}, from ${opsetsText(facts)}`],
      ['File version', `ONNX IR ${facts.irVersion}`],
      ['Parameters', facts.parameters.toLocaleString('en-US')],
      ['Classes', classesText(facts) ?? 'none named in the file'],
    ],
    paint,
  );
  const inputs = formatTable({
    ...{ paint, width, rows: facts.inputs },
    columns: [
      { title: 'INPUT', cell: ({ name }) => name },
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'WHAT FEEDS IT', wraps: true, cell: (input) => inputWords(input) },
    ],
  });
  const outputs = formatTable({
    ...{ paint, width, rows: facts.outputs },
    columns: [
      { title: 'OUTPUT', cell: ({ name }) => name },
      { title: 'COLUMNS', cell: ({ columns }) => columnsWords(columns) },
      { title: 'HOW', wraps: true, cell: ({ words }) => words },
    ],
  });
  return [about, inputs, outputs].join('\n\n');
}

/** What differs in another version of a model. */
export function comparedText(before: ModelView, after: ModelView, { paint, width }: Terminal): string {
  const changes = compareModels(before, after);
  if (changes.length === 0)
    return `${before.version} and ${after.version} do not differ in what is compared.`;
  return formatTable({
    ...{ paint, width, rows: changes },
    columns: [
      { title: 'WHAT', cell: ({ what }) => what },
      { title: before.version.toUpperCase(), wraps: true, cell: (change) => change.before },
      { title: after.version.toUpperCase(), wraps: true, cell: (change) => change.after },
    ],
  });
}

function inputWords({ words, vocabularies }: ModelFactsView['inputs'][number]): string {
  return [words, ...vocabularies.map(vocabularyWords)].join(' ');
}

function vocabularyWords({ column, holds, size, examples, failsOnOthers }: ModelVocabulary): string {
  const more = size > examples.length ? ', …' : '';
  const what = holds === 'words' ? 'words' : 'values';
  const strict = failsOnOthers ? ' It fails on any other.' : '';
  return `It knows ${size.toLocaleString('en-US')} ${what}${column === null ? '' : ` of ${column}`}: ${examples.join(', ')}${more}.${strict}`;
}

function columnsWords(columns: readonly string[] | null): string {
  if (columns === null) return 'the run tells';
  if (columns.length === 0) return '-';
  return columns.length > 3 ? `${columns.slice(0, 2).join(', ')}, … (${columns.length})` : columns.join(', ');
}

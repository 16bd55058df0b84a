import { expect, it } from 'vitest';
import { runHint, type RunGiven } from './run-hint.js';

const all: RunGiven = {
  ...{ hasSample: false, hasApp: true, hasTable: true, paramsAreWell: true, labelsAreWell: true },
  ...{ appProblem: null, tableProblem: null, filesProblem: null, variablesProblem: null },
};

it.each<[Partial<RunGiven>, string]>([
  [{}, ''],
  [{ hasSample: true, hasApp: false, hasTable: false }, ''],
  [{ hasApp: false, hasTable: false }, 'Choose a model or app and a table, or pick a sample.'],
  [{ hasApp: false }, 'A model or app is still missing.'],
  [{ hasTable: false }, 'A table is still missing.'],
  [{ appProblem: 'It is empty.' }, 'Choose another model or app.'],
  [{ tableProblem: 'It is empty.' }, 'Choose another table.'],
  [{ paramsAreWell: false }, 'A parameter is not as it has to be: see above.'],
  [{ filesProblem: 'Twice.' }, 'One of the files is not as it has to be: see above.'],
  [{ variablesProblem: 'Twice.' }, 'A variable is not as it has to be: see above.'],
  [{ labelsAreWell: false }, 'The labels are not as they have to be: see Options.'],
])('with %j it is %j', (given, hint) => {
  expect(runHint({ ...all, ...given })).toBe(hint);
});

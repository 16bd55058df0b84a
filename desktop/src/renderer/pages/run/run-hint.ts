/** What there is of a run, as far as it says why it cannot begin yet. */
export interface RunGiven {
  hasSample: boolean;
  hasApp: boolean;
  hasTable: boolean;
  /** What stands against each, as a sentence; null where nothing does. */
  appProblem: string | null;
  tableProblem: string | null;
  filesProblem: string | null;
  variablesProblem: string | null;
  paramsAreWell: boolean;
  labelsAreWell: boolean;
}

/** What is still missing, for the line under the button; empty where nothing is. */
export function runHint(given: RunGiven): string {
  if (given.appProblem !== null) return 'Choose another model or app.';
  if (given.tableProblem !== null) return 'Choose another table.';
  if (!given.hasSample) {
    if (!given.hasApp && !given.hasTable) return 'Choose a model or app and a table, or pick a sample.';
    if (!given.hasApp) return 'A model or app is still missing.';
    if (!given.hasTable) return 'A table is still missing.';
  }
  if (!given.paramsAreWell) return 'A parameter is not as it has to be: see above.';
  if (given.filesProblem !== null) return 'One of the files is not as it has to be: see above.';
  if (given.variablesProblem !== null) return 'A variable is not as it has to be: see above.';
  return given.labelsAreWell ? '' : 'The labels are not as they have to be: see Options.';
}

import type { TableSource } from '../../csv/table-source.js';
import { picturesOf, type InputOrigin } from './pictures/pictures-of.js';
import { runModel, type ModelRun } from './run-model.js';

type TableRun = Parameters<typeof runModel>[0];
type InputRun = Omit<TableRun, 'draft'> &
  Required<Pick<TableRun, 'draft'>> & { origin?: InputOrigin | undefined };

/** Runs a model over what a file holds: a table, or pictures. The source is closed. @throws as `runModel`, `runPictures` */
export async function runInput({ origin, ...run }: InputRun): Promise<ModelRun> {
  const { source, form: _form, hasAllRows: _all, ...rest } = run;
  const pictures = await opened(source, origin);
  if (pictures === null) return runModel(run);
  try {
    const { runPictures } = await import('./pictures/run-pictures.js');
    return await runPictures({ ...rest, ...pictures });
  } finally {
    await source.close();
  }
}

async function opened(source: TableSource, origin: InputOrigin | undefined) {
  try {
    return await picturesOf(source, origin);
  } catch (error) {
    await source.close();
    throw error;
  }
}

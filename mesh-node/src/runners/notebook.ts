import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PythonStart } from './python.js';

/**
 * Runs every cell and keeps the notebook with what its cells printed, the failed cell's words included. Its arguments: the
 * notebook, and where the executed one goes. Told by hand rather than by `jupyter execute`, which keeps nothing of a failed run.
 */
const byNbclient = `
import os, sys
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
source, target = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
cells = [cell for cell in notebook.cells if cell.cell_type == 'code']
def told(cell, cell_index, **_):
    print('@progress', sum(1 for c in notebook.cells[:cell_index + 1] if c.cell_type == 'code') / max(1, len(cells)), flush=True)
options = dict(timeout=None, resources={'metadata': {'path': os.getcwd()}})
client = NotebookClient(notebook, **options)
if hasattr(type(client), 'on_cell_executed'):
    client.on_cell_executed = told
try:
    client.execute()
except CellExecutionError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
finally:
    nbformat.write(notebook, target)
`;

/** Whether the app asks for this package: what runs its cells is its author's choice. */
async function asksFor(bundleFolder: string, name: string): Promise<boolean> {
  const text = await readFile(join(bundleFolder, 'requirements.txt'), 'utf8').catch(() => '');
  return new RegExp(`^\\s*${name}\\b`, 'im').test(text);
}

/**
 * Notebooks: run from the first cell to the last by papermill where the app's requirements.txt names it, else by nbclient,
 * the app's or the machine's. The executed notebook lies in the output folder under the entry's name.
 */
export const startNotebook: PythonStart = async ({ bundleFolder, entry, outputFolder }) => {
  const executed = join(outputFolder, entry.split('/').at(-1) ?? 'notebook.ipynb');
  const papermill = await asksFor(bundleFolder, 'papermill');
  const how = papermill ? ['-m', 'papermill', '--log-output', '--no-progress-bar'] : ['-c', byNbclient];
  // A notebook has no command line: its parameters are in the file and in the environment.
  return { args: [...how, entry, executed], takesArguments: false };
};

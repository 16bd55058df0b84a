import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobUser } from '../../sandbox/job-users.js';
import type { Sandbox } from '../../sandbox/sandbox.js';
import type { RunnerJob } from '../runner.js';
import { inputName, requireInputName } from './input-name.js';
import { makeOwnCopy } from './own-copy.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/** What an app finds around it, all of it its own. */
export interface WorkFolder {
  path: string;
  /** The app's copy of the table. */
  inputPath: string;
  /** The folder with the table and all other files of the job. */
  inputFolder: string;
  /** A JSON file with the app's parameters, for it to read. */
  paramsPath: string;
  /** Whom the app runs as; null: the agent's own user. */
  user: JobUser | null;
  /** All that it may write to. */
  writes: string[];
  /** Its /tmp. */
  temporary: string;
}

/** Copies of the bundle and of the table for the app to do with as it likes. */
export async function makeWorkFolder(job: RunnerJob, sandbox: Sandbox): Promise<WorkFolder> {
  const path = join(job.folder, 'work');
  const temporary = join(job.folder, 'tmp');
  const inputFolder = join(job.folder, 'input');
  const inputPath = join(inputFolder, inputName(job.inputName));
  for (const folder of [temporary, inputFolder]) await makeFolder(folder);
  await makeOwnCopy(job.bundleFolder, path);
  await chmod(path, 0o700);
  await makeOwnCopy(job.inputPath, inputPath);
  for (const { name, path: source } of job.inputs ?? [])
    await makeOwnCopy(source, join(inputFolder, requireInputName(name)));
  const paramsPath = join(job.folder, 'params.json');
  await writeFile(paramsPath, JSON.stringify(job.params.values, null, 2), { mode: 0o644 });
  await chmod(paramsPath, 0o644);
  const writes = [path, inputFolder, temporary, job.outputFolder];
  const user = sandbox.takeUser();
  if (user !== null) {
    // To be passed on the way to what is its own; the record of the attempt beside it stays the agent's.
    await chmod(job.folder, 0o711);
    await sandbox.give(user, ...writes);
  }
  return { path, inputPath, inputFolder, paramsPath, user, writes, temporary };
}

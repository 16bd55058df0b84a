import { agentFeatures } from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import { neededProtection } from '../../placement/protected-enough.js';
import type { TaskNeeds } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';

/** Every agent, however old, finds this form by itself. */
function isUsual({ encoding, delimiter, lineEnding, headerLine, ...form }: TableForm): boolean {
  const isPlainText = encoding === 'utf-8' && lineEnding !== '\r' && [',', ';', '\t'].includes(delimiter);
  const isPlainTop = headerLine === 1 && form.skipped.every(({ line }) => line === null);
  return isPlainText && isPlainTop && !form.rowLabels && form.trailing === 0;
}

/** What not every agent can do and the job cannot do without. */
function featuresFor({
  options,
  form,
  inputs,
  makesPredictions,
  takesPictures,
}: JobDocument): Pick<TaskNeeds, 'features'> {
  const features = [
    ...(options.reading !== undefined || (form !== undefined && !isUsual(form)) ? [agentFeatures.check] : []),
    ...(options.params === undefined ? [] : [agentFeatures.params]),
    ...(inputs === undefined ? [] : [agentFeatures.inputs]),
    ...(options.env === undefined && options.secrets === undefined ? [] : [agentFeatures.environment]),
    ...(makesPredictions === false ? [agentFeatures.outputs] : []),
    ...(takesPictures || options.reading?.pictures !== undefined ? [agentFeatures.pictures] : []),
  ];
  return features.length === 0 ? {} : { features };
}

/** What every task of a job asks of its machine, before the table is cut as well as after. */
export function partNeeds(job: JobDocument): TaskNeeds {
  return {
    labels: { ...job.needs.labels, ...job.options.labels },
    memoryBytes: job.options.memoryBytes ?? job.needs.memoryBytes,
    gpu: job.needs.gpu,
    protection: neededProtection(job.needs.protection, job.options.protection),
    runtime: job.app.runtime,
    ...featuresFor(job),
    nodeId: job.options.nodeId ?? null,
    failedOn: new Set(),
    ...(job.madeOn !== undefined && { producedBy: new Set(job.madeOn) }),
  };
}

/** What one task asks of the machine that gets it. */
export function taskNeeds(job: JobDocument, task: TaskDocument): TaskNeeds {
  return {
    ...partNeeds(job),
    failedOn: new Set(task.attempts.map((attempt) => attempt.nodeId)),
    rows: task.rows,
    bytes: [job.app.bundle, task.shard?.file ?? job.input, ...(job.inputs ?? [])].reduce(
      (sum, { bytes }) => sum + bytes,
      0,
    ),
  };
}

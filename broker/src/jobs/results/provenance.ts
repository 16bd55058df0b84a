import { provenanceFormat, meshdeckVersion, type NodeId, type Provenance } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

type Attempt = Provenance['attempts'][number];
type Machine = Provenance['machines'][number];

/** What the hub knows of a machine now. */
export interface KnownMachine {
  platform: string | null;
  cpuModel: string | null;
  osName: string | null;
}

const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values.filter((value) => value !== undefined))].sort();

function machinesOf(attempts: readonly Attempt[], known: (nodeId: NodeId) => KnownMachine | null): Machine[] {
  return distinct(attempts.map(({ nodeId }) => nodeId)).map((nodeId) => {
    const here = attempts.filter((attempt) => attempt.nodeId === nodeId);
    const facts = here.flatMap((attempt) => attempt.facts ?? []);
    const now = known(nodeId);
    return {
      nodeId,
      name: here.at(-1)?.nodeName ?? nodeId,
      agentVersions: distinct(facts.map(({ agentVersion }) => agentVersion)),
      runtimes: distinct(facts.map(({ runtimeVersion }) => runtimeVersion)),
      platform: facts.at(-1)?.platform ?? now?.platform ?? null,
      cpuModel: now?.cpuModel ?? null,
      osName: now?.osName ?? null,
      attempts: here.length,
      results: here.filter(({ state }) => state === 'succeeded').length,
    };
  });
}

function shardsOf(job: JobDocument): Provenance['shards'] {
  const shards = job.tasks.flatMap(({ index, shard, output, attempts }) => {
    if (shard === null) return [];
    const winner = attempts.find(({ state }) => state === 'succeeded');
    return {
      index,
      firstRow: shard.firstRow,
      rows: shard.rows,
      input: shard.file,
      output,
      attemptId: winner?.id ?? null,
      nodeName: winner?.nodeName ?? null,
    };
  });
  return shards.length === 0 ? null : shards;
}

/** How a job's result came to be, from its own record and what lies beside it. */
export function provenanceOf(options: {
  job: JobDocument;
  hub: { id: string; name: string };
  entry: Provenance['app']['entry'];
  known: (nodeId: NodeId) => KnownMachine | null;
  verifications: Provenance['verifications'];
  files: Provenance['files'];
  at: number;
}): Omit<Provenance, 'decisions'> {
  const { job, hub } = options;
  const attempts = job.tasks
    .flatMap((task) => task.attempts.map((attempt): Attempt => ({ ...attempt, task: task.index })))
    .sort((a, b) => a.token - b.token);
  const facts = attempts.flatMap((attempt) => (attempt.state === 'succeeded' ? (attempt.facts ?? []) : []));
  const duplicates = job.duplicateReports ?? 0;
  return {
    format: provenanceFormat,
    madeAt: options.at,
    hub: {
      id: hub.id,
      name: hub.name,
      versionAtSubmission: job.hubVersion ?? null,
      versionNow: meshdeckVersion,
    },
    job: {
      id: job.id,
      name: job.name,
      owner: job.owner,
      state: job.state,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      finishedAt: job.finishedAt,
      options: job.options,
      limits: job.limits,
      verifies: job.verifies ?? null,
    },
    app: { ...job.app, entry: options.entry },
    input: job.input,
    ...(job.source !== undefined && { source: job.source }),
    ...(job.inputs !== undefined && { inputs: job.inputs }),
    output: job.output,
    files: options.files,
    figures: (job.tasks.length === 1 ? job.tasks[0]?.files?.metrics?.figures : undefined) ?? null,
    rows: job.rows,
    columnMap: facts.find(({ columnMap }) => columnMap !== null)?.columnMap ?? null,
    reading: job.reading ?? null,
    runtimes: distinct(facts.map(({ runtimeVersion }) => runtimeVersion)),
    agentVersions: distinct(facts.map(({ agentVersion }) => agentVersion)),
    machines: machinesOf(attempts, options.known),
    shards: shardsOf(job),
    attempts,
    dropped: { duplicates, late: job.droppedReports - duplicates },
    verifications: options.verifications,
  };
}

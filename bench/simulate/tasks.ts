import { shardPlan } from '../../broker/src/placement/shard-plan.js';
import type { SpeedTable } from '../../broker/src/speeds/speed-table.js';
import { identityOf } from './snapshots.js';
import type { JobSpec, Scenario } from './scenario.js';

export interface Task {
  id: string;
  index: number;
  job: JobSpec;
  rows: number;
  bytes: number;
  failedOn: Set<string>;
}

export interface ShardingOptions {
  minRowsPerShard: number;
  maxShards: number;
}

/** The tasks of a job as it comes in, cut by what is known of the machines then. */
export function tasksOf(
  job: JobSpec,
  scenario: Scenario,
  speeds: SpeedTable,
  sharding: ShardingOptions,
): Task[] {
  const task = (index: number, rows: number): Task => ({
    id: `${job.id}-${index}`,
    index,
    job,
    rows,
    bytes: (job.bytes * rows) / job.rows,
    failedOn: new Set(),
  });
  if (!job.sharded) return [task(0, job.rows)];
  const machines = scenario.machines.map((machine) => {
    const speed = speeds.predict({ bundleSha256: job.model, ...identityOf(machine) });
    return {
      nodeId: machine.id,
      slots: machine.slots,
      rowsPerSecond: speed?.rowsPerSecond ?? 0,
      overheadMs: speed?.overheadMs ?? 0,
    };
  });
  // Before the first run the benchmark per slot says how the machines compare.
  const unknown = machines.every(({ rowsPerSecond }) => rowsPerSecond === 0);
  const weighed = unknown
    ? machines.map((machine, index) => ({
        ...machine,
        rowsPerSecond: (scenario.machines[index]?.eventsPerSecond ?? 0) / machine.slots,
      }))
    : machines;
  return shardPlan({ rows: job.rows, machines: weighed, ...sharding }).map(({ index, rows }) =>
    task(index, rows),
  );
}

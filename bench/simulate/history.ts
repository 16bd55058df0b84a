import type { SpeedTable } from '../../broker/src/speeds/speed-table.js';
import type { Random } from './random.js';
import { identityOf } from './snapshots.js';
import type { Scenario } from './scenario.js';

/** Lets the hub know the runs that were before: `historyRuns` of different sizes wherever a model is `known`. */
export function teachHistory(scenario: Scenario, speeds: SpeedTable, random: Random): void {
  for (const model of scenario.models) {
    const known = new Set(model.known);
    for (const machine of scenario.machines) {
      const identity = identityOf(machine);
      const { nodeId } = identity;
      const truth = model.speeds[nodeId];
      if (!known.has(nodeId) || truth === undefined) continue;
      for (let run = 0; run < scenario.historyRuns; run += 1) {
        const rows = Math.max(1, Math.round(truth.rowsPerSecond * random.between(0.2, 5)));
        const noise = Math.exp(scenario.noise * random.normal());
        const runMs = noise * (truth.overheadMs + (1000 * rows) / truth.rowsPerSecond);
        speeds.record({ bundleSha256: model.id, ...identity, rows, runMs, at: 0 });
      }
    }
  }
}

import type { AppRepository } from '../apps/index.js';
import type { TableConversions } from '../conversion/index.js';
import type { FilesModule } from '../files/module.js';
import { checkRoutes } from '../http/routes/checks.js';
import type { JobComponents } from '../jobs/job-components.js';
import { snapshotOf } from '../jobs/dispatch/machine-snapshots.js';
import type { JobTransport } from '../transport/job-transport.js';
import type { HubModule } from '../module.js';
import type { NodesModule } from '../nodes/module.js';
import { createChecks, type Checks } from './checks.js';

export interface ChecksModule extends HubModule {
  checks: Checks;
}

/** Dry runs. */
export function createChecksModule(options: {
  files: FilesModule;
  apps: AppRepository;
  tables: TableConversions;
  nodes: NodesModule;
  jobs: Pick<JobComponents, 'capacity' | 'heldOf'>;
  send: JobTransport['send'];
  now: () => number;
}): ChecksModule {
  const { apps, tables, jobs, send, now } = options;
  const { files, fileOwners } = options.files;
  const { nodes, events } = options.nodes;
  const checks = createChecks({
    files,
    apps,
    tables,
    hasBrought: fileOwners.has,
    machines: (app) =>
      snapshotOf(nodes.states(), jobs.capacity.loads(), now()).map((snapshot) => ({
        snapshot,
        held: jobs.heldOf(snapshot.id, app.bundle.sha256),
      })),
    send,
    now,
  });
  return {
    name: 'checks',
    checks,
    routes: (app) => checkRoutes(app, { checks }),
    stop: events.on('lost', (nodeId) => checks.nodeLost(nodeId)),
  };
}

import type { AppRepository } from '../apps/index.js';
import type { FilesModule } from '../files/module.js';
import { checkRoutes } from '../http/routes/checks.js';
import type { JobParts } from '../jobs/job-parts.js';
import { snapshotOf } from '../jobs/machine-snapshots.js';
import type { JobTransport } from '../jobs/transport.js';
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
  nodes: NodesModule;
  jobs: Pick<JobParts, 'book' | 'heldOf'>;
  send: JobTransport['send'];
  now: () => number;
}): ChecksModule {
  const { apps, jobs, send, now } = options;
  const { files, fileOwners } = options.files;
  const { nodes, events } = options.nodes;
  const checks = createChecks({
    files,
    apps,
    hasBrought: fileOwners.has,
    machines: (app) =>
      snapshotOf(nodes.states(), jobs.book.loads(), now()).map((snapshot) => ({
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

import type { AppSpeeds, AppView, NodeId } from '@meshdeck/shared';
import { accuracyOf } from './accuracy.js';
import type { SpeedStore } from './speed-store.js';

export interface SpeedApi {
  list(): Promise<AppSpeeds[]>;
}

/** The learned speeds with the names people know, the app run last first. */
export function createSpeedApi(options: {
  speeds: Pick<SpeedStore, 'models'>;
  apps: () => Promise<AppView[]>;
  nodeName: (nodeId: NodeId) => string | null;
}): SpeedApi {
  return {
    async list() {
      const apps = new Map((await options.apps()).map((app) => [app.bundle.sha256, app]));
      const lastRun = ({ machines }: AppSpeeds) => Math.max(0, ...machines.map(({ lastRunAt }) => lastRunAt));
      return options.speeds
        .models()
        .map(({ bundleSha256, machines, errors }): AppSpeeds => {
          const app = apps.get(bundleSha256);
          return {
            bundleSha256,
            app: app === undefined ? null : { name: app.name, version: app.version },
            machines: machines
              .map(({ updatedAt, ...machine }) => ({
                ...machine,
                nodeName: options.nodeName(machine.nodeId),
                lastRunAt: updatedAt,
              }))
              .sort((a, b) => b.rowsPerSecond - a.rowsPerSecond),
            accuracy: accuracyOf(errors),
          };
        })
        .sort((a, b) => lastRun(b) - lastRun(a));
    },
  };
}

import type { HubModule } from '../module.js';
import type { LiveView } from './live-topic.js';

/** What changed is told to people at most this often, whatever the machines and sensors send. */
const coalesceMs = 500;

/** Tells the live views of all modules, together. */
export function createLiveModule(): HubModule {
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    name: 'live',
    start(modules) {
      const views: LiveView[] = modules.flatMap(({ live = [] }) => live);
      timer = setInterval(() => {
        for (const view of views) view.flush();
      }, coalesceMs);
    },
    stop: () => clearInterval(timer),
  };
}

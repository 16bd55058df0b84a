import type { HubSupervisor } from './hub-supervisor.js';
import type { IpcEvent, IpcEventPayload } from './ipc-contract.js';
import type { Route } from './route.js';
import { shellStatusPage } from './shell-page-address.js';

/** What is needed of a window to fill it. */
export interface WindowSurface {
  load(address: string): void;
  send<Event extends IpcEvent>(event: Event, payload: IpcEventPayload<Event>): void;
  bringToFront(): void;
}

const retryLoadMs = 1_000;

/**
 * Decides what the window shows: the shell's status page until the hub serves, then the hub's own UI. A hub that
 * restarts leaves its page standing (it says "offline" itself); one that is given up makes room for the reason.
 */
export function createWindowContent(parts: {
  surface: WindowSurface;
  supervisor: Pick<HubSupervisor, 'status' | 'ready' | 'onStatus'>;
}) {
  const { surface, supervisor } = parts;
  let showing: 'nothing' | 'status' | 'hub' = 'nothing';
  let pendingRoute: Route | undefined;
  let retryTimer: NodeJS.Timeout | undefined;

  function showStatus(): void {
    showing = 'status';
    surface.load(shellStatusPage);
  }

  function showHub(address: string): void {
    showing = 'hub';
    surface.load(address);
  }

  function follow(): void {
    clearTimeout(retryTimer);
    const ready = supervisor.ready();
    const { state } = supervisor.status();
    if (ready !== undefined) showHub(ready.uiLink ?? ready.url);
    else if (showing !== 'hub' || state === 'failed') showStatus();
    surface.send('hub:status-changed', supervisor.status());
  }

  const unfollow = supervisor.onStatus(follow);

  return {
    /** Shows a page at once, before the hub has done anything. */
    start: follow,
    openRoute(route: Route): void {
      surface.bringToFront();
      pendingRoute = route;
      this.pageLoaded();
    },
    /** A page finished loading: a route that was asked for before there was a hub can be opened now. */
    pageLoaded(): void {
      if (pendingRoute === undefined || showing !== 'hub' || supervisor.ready() === undefined) return;
      surface.send('shell:open-route', pendingRoute);
      pendingRoute = undefined;
    },
    /** The hub's page did not load, although the hub may serve: say so, and look again shortly. */
    loadFailed(): void {
      if (showing !== 'hub') return;
      showStatus();
      clearTimeout(retryTimer);
      retryTimer = setTimeout(() => {
        const ready = supervisor.ready();
        if (ready !== undefined) showHub(ready.url);
      }, retryLoadMs);
    },
    dispose(): void {
      clearTimeout(retryTimer);
      unfollow();
    },
  };
}
export type WindowContent = ReturnType<typeof createWindowContent>;

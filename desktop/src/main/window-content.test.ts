import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HubReady } from './hub-ready.js';
import type { HubStatus } from './hub-status.js';
import { shellStatusPage } from './shell-page-address.js';
import { createWindowContent } from './window-content.js';

const url = 'http://127.0.0.1:7420';
const uiLink = `${url}/login?link=x`;
const wire = { tls: 'https://h', mqtt: 'mqtts://h', sensors: 'mqtt://h', fingerprint: 'ab' };

function window() {
  let status: HubStatus = { state: 'stopped' };
  let ready: HubReady | undefined;
  let notify: (status: HubStatus) => void = () => undefined;
  const loaded: string[] = [];
  const sent: unknown[][] = [];
  const bringToFront = vi.fn();
  const content = createWindowContent({
    supervisor: {
      status: () => status,
      ready: () => ready,
      onStatus: (listener) => {
        notify = listener;
        return () => (notify = () => undefined);
      },
    },
    surface: {
      load: (address) => loaded.push(address),
      send: (event, payload) => sent.push([event, payload]),
      bringToFront,
    },
  });
  const become = (next: HubStatus) => {
    status = next;
    ready = next.state === 'ready' ? { event: 'ready', url, uiLink, ...wire } : undefined;
    notify(next);
  };
  return {
    content,
    loaded,
    bringToFront,
    become,
    serve: () => become({ state: 'ready', url, fingerprint: 'ab' }),
    routes: () => sent.filter(([event]) => event === 'shell:open-route').map(([, route]) => route),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the window', () => {
  it('shows its own page at once and the hub when it serves, signed in', () => {
    const { content, loaded, become, serve } = window();
    content.start();
    expect(loaded).toEqual([shellStatusPage]);
    become({ state: 'starting' });
    serve();
    expect(loaded.at(-1)).toBe(uiLink);
  });

  it('leaves the page standing while the hub restarts, then signs in anew', () => {
    const { content, loaded, become, serve } = window();
    content.start();
    serve();
    const before = loaded.length;
    become({ state: 'restarting', reason: 'It crashed.', delayMs: 500 });
    become({ state: 'starting' });
    expect(loaded).toHaveLength(before);
    serve();
    expect(loaded.slice(before)).toEqual([uiLink]);
  });

  it('shows the reason once the hub is given up', () => {
    const { content, loaded, become, serve } = window();
    content.start();
    serve();
    become({ state: 'failed', reason: 'It crashed.', lines: [] });
    expect(loaded.at(-1)).toBe(shellStatusPage);
  });

  it('keeps a deep link until there is a hub to open it in, and opens it once', () => {
    const { content, serve, routes, bringToFront } = window();
    content.start();
    content.openRoute('/jobs/4k2m9z1q0a');
    content.pageLoaded();
    expect(bringToFront).toHaveBeenCalledOnce();
    expect(routes()).toEqual([]);
    serve();
    content.pageLoaded();
    content.pageLoaded();
    expect(routes()).toEqual(['/jobs/4k2m9z1q0a']);
  });

  it('opens a route at once in a page that is there', () => {
    const { content, serve, routes } = window();
    content.start();
    serve();
    content.pageLoaded();
    content.openRoute('/machines');
    expect(routes()).toEqual(['/machines']);
  });

  it("looks again when the hub's page did not load, without the link that may be used up", () => {
    const { content, loaded, serve } = window();
    content.start();
    serve();
    content.loadFailed();
    expect(loaded.at(-1)).toBe(shellStatusPage);
    vi.advanceTimersByTime(5_000);
    expect(loaded.at(-1)).toBe(url);
  });

  it('does nothing more once it is disposed of', () => {
    const { content, loaded, serve } = window();
    content.start();
    content.dispose();
    serve();
    vi.advanceTimersByTime(5_000);
    expect(loaded).toEqual([shellStatusPage]);
  });
});

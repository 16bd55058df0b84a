import { isHubPath, parseRoute, routeInHash } from './routes.js';

/** Where the reader is. Paths are real ones: the hub answers each of them with the same page. */
class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  route = $derived(parseRoute(this.path));

  go(to: string): void {
    const url = new URL(to, location.origin);
    if (url.pathname === location.pathname && url.search === location.search) return;
    history.pushState(null, '', url);
    this.#read();
  }

  /** Changes the query in place: a chosen range or filter can be reloaded and sent to someone. */
  setQuery(values: Record<string, string | null>): void {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    history.replaceState(history.state, '', url);
    this.query = url.searchParams;
  }

  /** Takes over clicks on links to our own places; returns what ends that. */
  start(): () => void {
    const takeHash = () => {
      const place = routeInHash(location.hash);
      if (place !== null) history.replaceState(null, '', place);
      this.#read();
    };
    const click = (event: MouseEvent) => {
      const link = plainClickOn(event);
      if (link === null) return;
      event.preventDefault();
      this.go(link);
    };
    takeHash();
    window.addEventListener('popstate', takeHash);
    window.addEventListener('hashchange', takeHash);
    document.addEventListener('click', click);
    return () => {
      window.removeEventListener('popstate', takeHash);
      window.removeEventListener('hashchange', takeHash);
      document.removeEventListener('click', click);
    };
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }
}

function plainClickOn(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.hasAttribute('download')) return null;
  if (link.origin !== location.origin || isHubPath(link.pathname) || !link.hasAttribute('href')) return null;
  return link.pathname + link.search;
}

export const router = new Router();

/** A service as it was heard. `referer` is where the answer came from. */
export interface FoundService {
  name: string;
  port: number;
  txt?: unknown;
  referer?: { address: string };
}

export type BrowserEvent = 'up' | 'down' | 'txt-update' | 'srv-update';
type Listener = (service: FoundService) => void;

/** The part of a bonjour-service browser that discovery uses. */
export interface ServiceBrowser {
  on(event: BrowserEvent, listener: Listener): unknown;
  update(): void;
  stop(): void;
}

/**
 * A browser that begins anew at every `update`. bonjour-service keeps silent when a service it knows answers from another
 * address with the same record, so one whose address changed would never be heard of again. The one before listens on for
 * a round: the new one cannot hear goodbyes of those it has not met yet. So a `down` may be told twice.
 */
export function createExpiringBrowser(find: () => ServiceBrowser): ServiceBrowser {
  const listeners: { event: BrowserEvent; listener: Listener }[] = [];
  let before: ServiceBrowser | undefined;
  let browser = find();
  return {
    on(event, listener) {
      listeners.push({ event, listener });
      return browser.on(event, listener);
    },
    update() {
      before?.stop();
      before = browser;
      browser = find();
      for (const { event, listener } of listeners) browser.on(event, listener);
    },
    stop() {
      before?.stop();
      browser.stop();
    },
  };
}

import type { Responder } from '@meshdeck/shared';

type ServiceBrowser = ReturnType<Responder['find']>;
type Listener = Parameters<ServiceBrowser['on']>[1];
type Event = Parameters<ServiceBrowser['on']>[0];

/**
 * A browser that begins anew at every `update`. bonjour-service keeps silent when a service it knows answers from another
 * address with the same record, so a hub whose address changed would never be heard of again.
 */
export function createForgetfulBrowser(find: () => ServiceBrowser): ServiceBrowser {
  const listeners: { event: Event; listener: Listener }[] = [];
  let browser = find();
  return {
    on(event, listener) {
      listeners.push({ event, listener });
      return browser.on(event, listener);
    },
    update() {
      browser.stop();
      browser = find();
      for (const { event, listener } of listeners) browser.on(event, listener);
    },
    stop: () => browser.stop(),
  };
}

import { app, Notification } from 'electron';
import type { LoginItem } from './autostart-entry.js';
import type { HubSupervisor } from './hub-supervisor.js';
import type { IpcHandlers } from './ipc-handlers.js';
import type { Route } from './route.js';

/** What pages may ask of the shell, done. */
export function createShellHandlers(parts: {
  supervisor: HubSupervisor;
  loginItem: LoginItem;
  setStartAtLogin: (enabled: boolean) => Promise<{ enabled: boolean }>;
  open: (route: Route | undefined) => void;
}): IpcHandlers {
  const { supervisor } = parts;
  return {
    'shell:info': async () => ({
      version: app.getVersion(),
      platform: process.platform,
      startsAtLogin: await parts.loginItem.isEnabled(),
    }),
    'shell:set-start-at-login': ({ enabled }) => parts.setStartAtLogin(enabled),
    'shell:notify': ({ title, body, route }) => {
      if (!Notification.isSupported()) return { shown: false };
      const notification = new Notification({ title, body });
      notification.once('click', () => parts.open(route));
      notification.show();
      return { shown: true };
    },
    'hub:status': () => supervisor.status(),
    'hub:try-again': () => {
      supervisor.start();
      return supervisor.status();
    },
  };
}

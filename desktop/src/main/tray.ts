import { Menu, Tray } from 'electron';
import type { HubSupervisor } from './hub-supervisor.js';
import type { LoginItem } from './autostart-entry.js';
import type { Log } from './log.js';
import { hubStatusWords, type TrayActions, trayMenu } from './tray-menu.js';

/** Puts Meshdeck into the system's tray. Returns what draws it anew; a system without a tray is no failure. */
export function showTray(parts: {
  icon: string;
  supervisor: HubSupervisor;
  loginItem: LoginItem;
  actions: TrayActions;
  log: Log;
}): { refresh: () => void } {
  const tray = new Tray(parts.icon);
  tray.on('click', () => parts.actions.open());

  const draw = async (): Promise<void> => {
    const startsAtLogin = await parts.loginItem.isEnabled();
    const status = parts.supervisor.status();
    if (tray.isDestroyed()) return;
    tray.setToolTip(`Meshdeck: ${hubStatusWords(status)}`);
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu({ status, startsAtLogin }, parts.actions)));
  };
  const refresh = (): void => {
    draw().catch((error: unknown) => parts.log.error({ err: error }, 'the tray could not be drawn'));
  };
  parts.supervisor.onStatus(refresh);
  refresh();
  return { refresh };
}

import { assertNever } from '@meshdeck/shared';
import type { MenuItemConstructorOptions } from 'electron';
import type { HubStatus } from './hub-status.js';

/** The hub's state in the few words a tray and a page title have room for. */
export function hubStatusWords(status: HubStatus): string {
  switch (status.state) {
    case 'starting':
      return 'Hub starting';
    case 'ready':
      return 'Hub running';
    case 'restarting':
      return 'Hub restarting';
    case 'failed':
      return 'Hub could not start';
    case 'stopping':
      return 'Hub stopping';
    case 'stopped':
      return 'Hub stopped';
    default:
      return assertNever(status);
  }
}

export interface TrayActions {
  open(): void;
  openRoute(route: string): void;
  tryHubAgain(): void;
  setStartAtLogin(enabled: boolean): void;
  quit(): void;
}

/** The tray's menu for a state of the hub. */
export function trayMenu(
  seen: { status: HubStatus; startsAtLogin: boolean },
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const isReady = seen.status.state === 'ready';
  const tryAgain: MenuItemConstructorOptions[] =
    seen.status.state === 'failed' ? [{ label: 'Start hub again', click: () => actions.tryHubAgain() }] : [];
  return [
    { label: hubStatusWords(seen.status), enabled: false },
    ...tryAgain,
    { type: 'separator' },
    { label: 'Open Meshdeck', click: () => actions.open() },
    { label: 'Machines', enabled: isReady, click: () => actions.openRoute('/machines') },
    { label: 'Jobs', enabled: isReady, click: () => actions.openRoute('/jobs') },
    { type: 'separator' },
    {
      label: 'Start at login',
      type: 'checkbox',
      checked: seen.startsAtLogin,
      click: (item) => actions.setStartAtLogin(item.checked),
    },
    { type: 'separator' },
    { label: 'Quit Meshdeck', click: () => actions.quit() },
  ];
}

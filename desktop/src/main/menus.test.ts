import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { appMenu } from './app-menu.js';
import type { HubStatus } from './hub-status.js';
import { type TrayActions, trayMenu } from './tray-menu.js';

const actions = () =>
  ({
    open: vi.fn(),
    openRoute: vi.fn(),
    tryHubAgain: vi.fn(),
    setStartAtLogin: vi.fn(),
    quit: vi.fn(),
  }) satisfies TrayActions;

function item(menu: readonly MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions {
  const found = menu.find((entry) => entry.label === label);
  if (found === undefined) throw new Error(`no "${label}" in ${menu.map((entry) => entry.label).join()}`);
  return found;
}

/** Clicks as Electron does, with the item as the handler sees it. */
function click(entry: MenuItemConstructorOptions, checked = false): void {
  entry.click?.({ checked } as never, undefined, {} as never);
}

describe('the tray', () => {
  const serving: HubStatus = { state: 'ready', url: 'http://127.0.0.1:7420', fingerprint: 'ab' };

  it('says how the hub is and leads to the machines', () => {
    const done = actions();
    const menu = trayMenu({ status: serving, startsAtLogin: true }, done);
    expect(menu[0]).toMatchObject({ label: 'Hub running', enabled: false });
    click(item(menu, 'Machines'));
    expect(done.openRoute).toHaveBeenCalledWith('/machines');
    click(item(menu, 'Quit Meshdeck'));
    expect(done.quit).toHaveBeenCalledOnce();
  });

  it('turns start at login on and off', () => {
    const done = actions();
    const toggle = item(trayMenu({ status: serving, startsAtLogin: true }, done), 'Start at login');
    expect(toggle).toMatchObject({ type: 'checkbox', checked: true });
    click(toggle, false);
    expect(done.setStartAtLogin).toHaveBeenCalledWith(false);
  });

  it('offers to start a hub that was given up, and no places in it', () => {
    const done = actions();
    const menu = trayMenu(
      { status: { state: 'failed', reason: 'no', lines: [] }, startsAtLogin: false },
      done,
    );
    click(item(menu, 'Start hub again'));
    expect(done.tryHubAgain).toHaveBeenCalledOnce();
    expect(item(menu, 'Machines').enabled).toBe(false);
  });
});

describe('the app menu', () => {
  const submenu = (menu: MenuItemConstructorOptions[], label: string) =>
    item(menu, label).submenu as MenuItemConstructorOptions[];

  it('leads to the places of the UI by key', () => {
    const openRoute = vi.fn();
    const menu = appMenu({ platform: 'linux', isPackaged: true }, { openRoute });
    const run = item(submenu(menu, '&Go'), 'Run');
    expect(run.accelerator).toBe('CmdOrCtrl+2');
    click(run);
    expect(openRoute).toHaveBeenCalledWith('/run');
  });

  it('has developer tools in a checkout alone', () => {
    const has = (isPackaged: boolean) =>
      submenu(appMenu({ platform: 'linux', isPackaged }, { openRoute: vi.fn() }), '&View').some(
        (entry) => entry.role === 'toggleDevTools',
      );
    expect(has(true)).toBe(false);
    expect(has(false)).toBe(true);
  });

  it("has the app's own menu first on macOS", () => {
    const roles = (platform: NodeJS.Platform) =>
      appMenu({ platform, isPackaged: true }, { openRoute: vi.fn() }).map((entry) => entry.role);
    expect(roles('darwin')[0]).toBe('appMenu');
    expect(roles('win32')).not.toContain('appMenu');
  });
});

import { app } from 'electron';
import { createAutostartEntry, type LoginItem } from './autostart-entry.js';

/** Marks a start by the system at login: the app then stays in the tray. */
export const hiddenSwitch = '--hidden';

/** Start at login by the means of the system this runs on. */
export function createLoginItem(): LoginItem {
  if (process.platform === 'linux') {
    // An AppImage runs from a mount that is gone by the next login; APPIMAGE names the file itself.
    const program = process.env['APPIMAGE'] ?? process.execPath;
    const appPath = app.isPackaged ? [] : [app.getAppPath()];
    return createAutostartEntry({
      configFolder: app.getPath('appData'),
      command: [program, ...appPath, hiddenSwitch],
    });
  }
  const args = [hiddenSwitch];
  return {
    isEnabled: () => Promise.resolve(app.getLoginItemSettings({ args }).openAtLogin),
    set: (enabled) => Promise.resolve(app.setLoginItemSettings({ openAtLogin: enabled, args })),
  };
}

import { BrowserWindow, nativeTheme } from 'electron';
import type { HubSupervisor } from './hub-supervisor.js';
import type { Log } from './log.js';
import { createWindowContent, type WindowContent } from './window-content.js';
import { windowOptions } from './window-options.js';

/** Chromium's ERR_ABORTED: a load that another load replaced. */
const abortedErrorCode = -3;

/** Opens the one window. Closing hides it, the hub works on; quitting is `allowClose` and then `app.quit()`. */
export function openMainWindow(parts: {
  supervisor: HubSupervisor;
  preload: string;
  icon: string;
  show: boolean;
  log: Log;
}): { content: WindowContent; bringToFront: () => void; allowClose: () => void } {
  const window = new BrowserWindow(
    windowOptions({
      preload: parts.preload,
      icon: parts.icon,
      isDark: nativeTheme.shouldUseDarkColors,
      show: parts.show,
    }),
  );
  let mayClose = false;

  const bringToFront = (): void => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  const content = createWindowContent({
    supervisor: parts.supervisor,
    surface: {
      load(address) {
        if (window.isDestroyed()) return;
        // A failure is told by did-fail-load; the address may hold the sign-in link and stays out of the log.
        window.loadURL(address).catch(() => parts.log.debug('a page did not load'));
      },
      send(event, payload) {
        if (!window.isDestroyed()) window.webContents.send(event, payload);
      },
      bringToFront,
    },
  });

  window.webContents.on('did-finish-load', () => content.pageLoaded());
  window.webContents.on('did-fail-load', (_event, errorCode, _text, _address, isMainFrame) => {
    if (isMainFrame && errorCode !== abortedErrorCode) content.loadFailed();
  });
  window.webContents.on('render-process-gone', (_event, details) => {
    parts.log.error({ reason: details.reason }, 'the page crashed');
    if (details.reason !== 'clean-exit') content.start();
  });
  window.on('close', (event) => {
    if (mayClose) return;
    event.preventDefault();
    window.hide();
  });
  window.once('closed', () => content.dispose());
  content.start();
  return { content, bringToFront, allowClose: () => void (mayClose = true) };
}

import { fileURLToPath } from 'node:url';
import { app, ipcMain, Menu, protocol, session, shell, utilityProcess } from 'electron';
import { appMenu } from './app-menu.js';
import { guardContents } from './contents-guards.js';
import { pickHubArguments } from './hub-arguments.js';
import { findHubScript } from './hub-script.js';
import { createHubSupervisor } from './hub-supervisor.js';
import { registerIpcHandlers } from './ipc-handlers.js';
import type { Log } from './log.js';
import { createLoginItem, hiddenSwitch } from './login-item.js';
import { openMainWindow } from './main-window.js';
import type { Route } from './route.js';
import { createShellHandlers } from './shell-handlers.js';
import { guardSession } from './session-guards.js';
import { answerShellRequest } from './shell-page.js';
import { shellScheme } from './shell-page-address.js';
import { showTray } from './tray.js';
import { isTrustedSender } from './trusted-sender.js';
import { createUtilityHubSpawner } from './utility-hub-process.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const buildFolder = '../../build';

export interface Desktop {
  /** Brings the window to the front, at a place in the UI when one is given. */
  open(route: Route | undefined): void;
}

/** The app's composition root: everything is made here, once, after Electron is ready. */
export function startDesktop(parts: { argv: readonly string[]; log: Log }): Desktop {
  const { argv, log } = parts;
  const supervisor = createHubSupervisor({
    log,
    spawnHub: createUtilityHubSpawner({
      fork: utilityProcess.fork,
      entry: path('./hub-host-entry.js'),
      script: findHubScript(import.meta.url),
      args: ['hub', '--ui-link', ...pickHubArguments(argv)],
      killPid: (pid, signal) => process.kill(pid, signal),
    }),
  });
  const hubUrl = (): string | undefined => lastHubUrl;
  let lastHubUrl: string | undefined;
  supervisor.onStatus((status) => {
    if (status.state === 'ready') lastHubUrl = status.url;
  });

  protocol.handle(shellScheme, (request) => {
    const { body, ...init } = answerShellRequest(request.url, supervisor.status());
    return new Response(body, init);
  });
  guardSession({
    session: session.defaultSession,
    hubUrl,
    downloadsFolder: () => app.getPath('downloads'),
  });
  app.on('web-contents-created', (_event, contents) =>
    guardContents({ contents, hubUrl, openExternal: (address) => shell.openExternal(address), log }),
  );

  const loginItem = createLoginItem();
  const window = openMainWindow({
    supervisor,
    preload: path('../preload/index.cjs'),
    icon: path(`${buildFolder}/icons/256x256.png`),
    show: !argv.includes(hiddenSwitch),
    log,
  });
  const openRoute = (route: Route): void => window.content.openRoute(route);
  const open = (route: Route | undefined): void =>
    route === undefined ? window.bringToFront() : openRoute(route);
  const setStartAtLogin = async (enabled: boolean): Promise<{ enabled: boolean }> => {
    await loginItem.set(enabled);
    tray.refresh();
    return { enabled: await loginItem.isEnabled() };
  };

  const tray = showTray({
    icon: path(`${buildFolder}/${process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'}`),
    supervisor,
    loginItem,
    log,
    actions: {
      open: window.bringToFront,
      openRoute,
      tryHubAgain: supervisor.start,
      setStartAtLogin: (enabled) =>
        void setStartAtLogin(enabled).catch((error: unknown) =>
          log.error({ err: error }, 'start at login could not be changed'),
        ),
      quit: () => app.quit(),
    },
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      appMenu({ platform: process.platform, isPackaged: app.isPackaged }, { openRoute }),
    ),
  );

  registerIpcHandlers({
    door: ipcMain,
    log,
    isTrusted: (event) => isTrustedSender(event, hubUrl()),
    handlers: createShellHandlers({ supervisor, loginItem, setStartAtLogin, open }),
  });

  app.on('activate', window.bringToFront);

  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void supervisor.stop().then(() => {
      stopped = true;
      window.allowClose();
      app.quit();
    });
  });

  supervisor.start();
  return { open };
}

import type { BrowserWindowConstructorOptions } from 'electron';

/** The one window: a page that is sandboxed and isolated, with the preload as its only way to the system. */
export function windowOptions(parts: {
  preload: string;
  icon: string;
  isDark: boolean;
  show: boolean;
}): BrowserWindowConstructorOptions {
  return {
    title: 'Meshdeck',
    width: 1280,
    height: 820,
    minWidth: 360,
    minHeight: 480,
    show: parts.show,
    icon: parts.icon,
    // What is seen before the first paint; the page's own background, so that nothing flashes.
    backgroundColor: parts.isDark ? '#14181b' : '#f7f8f8',
    webPreferences: {
      preload: parts.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}

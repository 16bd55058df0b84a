import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { guardContents } from './contents-guards.js';
import { proposedDownloadPath, safeFileName } from './download-name.js';
import { silentLog } from './fixtures/silent-log.js';
import { guardSession } from './session-guards.js';
import { windowOptions } from './window-options.js';

const hubUrl = 'http://127.0.0.1:7420';
type Contents = Parameters<typeof guardContents>[0]['contents'];
type GuardedSession = Parameters<typeof guardSession>[0]['session'];

/** Records what the guards register, so that a test can play Electron. */
function guardedContents() {
  const listeners = new Map<string, (event: unknown) => void>();
  let openWindow: (details: { url: string }) => unknown = () => undefined;
  const openExternal = vi.fn(() => Promise.resolve());
  const contents = {
    on: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
    setWindowOpenHandler: (handler: typeof openWindow) => (openWindow = handler),
  } as unknown as Contents;
  guardContents({ contents, hubUrl: () => hubUrl, openExternal, log: silentLog });
  const fire = (name: string, url = '') => {
    const preventDefault = vi.fn();
    listeners.get(name)?.({ url, preventDefault });
    return preventDefault.mock.calls.length === 1 ? 'prevented' : 'went on';
  };
  return { fire, openWindow: (url: string) => openWindow({ url }), openExternal };
}

describe('a page of the window', () => {
  it.each(['will-frame-navigate', 'will-redirect'])('keeps to the hub on %s', (event) => {
    const { fire, openExternal } = guardedContents();
    expect(fire(event, `${hubUrl}/#/jobs`)).toBe('went on');
    expect(fire(event, 'http://192.0.2.1/')).toBe('prevented');
    expect(openExternal).not.toHaveBeenCalled();
    expect(fire(event, 'https://onnx.ai/')).toBe('prevented');
    expect(openExternal).toHaveBeenCalledExactlyOnceWith('https://onnx.ai/');
  });

  it('opens no window of its own, and the web in the browser', () => {
    const { openWindow, openExternal } = guardedContents();
    for (const url of [hubUrl, 'file:///etc/passwd', 'https://onnx.ai/']) {
      expect(openWindow(url)).toEqual({ action: 'deny' });
    }
    expect(openExternal).toHaveBeenCalledExactlyOnceWith('https://onnx.ai/');
  });

  it('embeds no guest', () => {
    expect(guardedContents().fire('will-attach-webview')).toBe('prevented');
  });

  it('is sandboxed and isolated, with no Node in it', () => {
    const options = windowOptions({ preload: '/p.cjs', icon: '/i.png', isDark: false, show: true });
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
});

function guardedSession() {
  type Request = Exclude<Parameters<GuardedSession['setPermissionRequestHandler']>[0], null>;
  type Check = Exclude<Parameters<GuardedSession['setPermissionCheckHandler']>[0], null>;
  const seen: { request?: Request; check?: Check; download?: (event: unknown, item: unknown) => void } = {};
  const session = {
    setPermissionRequestHandler: (handler: Request) => (seen.request = handler),
    setPermissionCheckHandler: (handler: Check) => (seen.check = handler),
    setDevicePermissionHandler: () => undefined,
    on: (_name: string, listener: (event: unknown, item: unknown) => void) => (seen.download = listener),
  } as unknown as GuardedSession;
  guardSession({ session, hubUrl: () => hubUrl, downloadsFolder: () => '/home/ada/Downloads' });
  const ask = (permission: string, requestingUrl: string, isMainFrame = true) => {
    const answer = vi.fn();
    seen.request?.(null as never, permission as never, answer, { requestingUrl, isMainFrame } as never);
    return answer.mock.calls[0]?.[0] as unknown;
  };
  return { ask, seen };
}

describe('permissions', () => {
  it.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem', 'hid'])(
    'refuse %s even to the hub',
    (permission) => {
      const { ask, seen } = guardedSession();
      expect(ask(permission, hubUrl)).toBe(false);
      expect(seen.check?.(null, permission as never, hubUrl, {} as never)).toBe(false);
    },
  );

  it('let the hub copy text, and no one else', () => {
    const { ask } = guardedSession();
    expect(ask('clipboard-sanitized-write', `${hubUrl}/#/`)).toBe(true);
    expect(ask('clipboard-sanitized-write', `${hubUrl}/#/`, false)).toBe(false);
    expect(ask('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
  });
});

describe('a download', () => {
  it('asks where to, beginning in the downloads folder', () => {
    const { seen } = guardedSession();
    const setSaveDialogOptions = vi.fn();
    seen.download?.({}, { getFilename: () => 'predictions.csv', setSaveDialogOptions });
    expect(setSaveDialogOptions).toHaveBeenCalledWith({
      defaultPath: join('/home/ada/Downloads', 'predictions.csv'),
    });
  });

  it.each([
    ['../../.bashrc', 'bashrc'],
    ['C:\\Windows\\a.csv', 'a.csv'],
    ['a\u202Evsc.exe', 'a_vsc.exe'],
    ['a\u0000b:c', 'a_b_c'],
    ['...', 'download-file'],
    ['CON.csv', 'download-CON.csv'],
    ['Vorhersage für Halle 3.csv', 'Vorhersage für Halle 3.csv'],
  ])('named %j is saved as %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
    expect(proposedDownloadPath('/d', name)).toBe(join('/d', safe));
  });
});

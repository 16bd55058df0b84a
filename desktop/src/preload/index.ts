import { contextBridge, ipcRenderer } from 'electron';
import type {
  IpcCall,
  IpcEvent,
  IpcEventPayload,
  IpcRequest,
  IpcResponse,
  MeshdeckShell,
} from '../main/ipc-contract.js';

// Types only: main checks what goes either way, and this file stays a few hundred bytes on every page.
function call<Call extends IpcCall>(
  channel: Call,
  ...request: IpcRequest<Call> extends undefined ? [] : [IpcRequest<Call>]
): Promise<IpcResponse<Call>> {
  return ipcRenderer.invoke(channel, ...request) as Promise<IpcResponse<Call>>;
}

function listen<Event extends IpcEvent>(
  channel: Event,
  listener: (payload: IpcEventPayload<Event>) => void,
): () => void {
  const forward = (_event: unknown, payload: IpcEventPayload<Event>): void => listener(payload);
  ipcRenderer.on(channel, forward);
  return () => void ipcRenderer.removeListener(channel, forward);
}

const meshdeck: MeshdeckShell = {
  info: () => call('shell:info'),
  setStartAtLogin: (enabled) => call('shell:set-start-at-login', { enabled }),
  notify: (notification) => call('shell:notify', notification),
  hubStatus: () => call('hub:status'),
  tryHubAgain: () => call('hub:try-again'),
  onHubStatus: (listener) => listen('hub:status-changed', listener),
};

contextBridge.exposeInMainWorld('meshdeck', meshdeck);

// The UI's router follows the address, so a deep link needs no word with the page.
listen('shell:open-route', (route) => {
  window.location.hash = route;
});

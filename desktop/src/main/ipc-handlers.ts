import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { type IpcCall, ipcCalls, type IpcRequest, type IpcResponse } from './ipc-contract.js';
import type { Log } from './log.js';
import type { IpcSender } from './trusted-sender.js';

export type IpcHandlers = {
  [Call in IpcCall]: (request: IpcRequest<Call>) => IpcResponse<Call> | Promise<IpcResponse<Call>>;
};

/** The part of Electron's `ipcMain` that is needed. */
export interface IpcDoor {
  handle(channel: string, listener: (event: IpcSender, request: unknown) => Promise<unknown>): void;
  removeHandler(channel: string): void;
}

/**
 * Opens every channel of the contract: the sender is checked first, then the request, and the response before it
 * leaves. Returns what closes them again.
 */
export function registerIpcHandlers(parts: {
  door: IpcDoor;
  handlers: IpcHandlers;
  isTrusted: (event: IpcSender) => boolean;
  log: Log;
}): () => void {
  const register = <Call extends IpcCall>(call: Call): void => {
    const contract: { request: z.ZodType; response: z.ZodType } = ipcCalls[call];
    const handle: (request: IpcRequest<Call>) => unknown = parts.handlers[call];
    parts.door.handle(call, async (event, request) => {
      if (!parts.isTrusted(event)) {
        parts.log.warn(
          { channel: call, from: event.senderFrame?.url },
          'refused a call from a page that is not ours',
        );
        throw new MeshdeckError('forbidden', 'Only the pages of Meshdeck may call the desktop app.');
      }
      const parsed = contract.request.safeParse(request);
      if (!parsed.success) {
        throw new MeshdeckError(
          'invalid-request',
          `The call "${call}" was not understood: ${z.prettifyError(parsed.error)}`,
        );
      }
      return contract.response.parse(await handle(parsed.data as IpcRequest<Call>));
    });
  };
  const calls = Object.keys(ipcCalls) as IpcCall[];
  calls.forEach(register);
  return () => calls.forEach((call) => parts.door.removeHandler(call));
}

import { describe, expect, it, vi } from 'vitest';
import { silentLog } from './fixtures/silent-log.js';
import { ipcCalls } from './ipc-contract.js';
import { type IpcDoor, type IpcHandlers, registerIpcHandlers } from './ipc-handlers.js';
import type { IpcSender } from './trusted-sender.js';

const page: IpcSender = { senderFrame: { url: 'http://127.0.0.1:7420/', parent: null } };

function openDoor(isTrusted = true) {
  const listeners = new Map<string, Parameters<IpcDoor['handle']>[1]>();
  const handlers = {
    'shell:info': vi.fn(() => ({ version: '0.1.0', platform: 'linux', startsAtLogin: false })),
    'shell:set-start-at-login': vi.fn(({ enabled }: { enabled: boolean }) => ({ enabled })),
    'shell:notify': vi.fn(() => ({ shown: true })),
    'hub:status': vi.fn(() => ({ state: 'starting' as const })),
    'hub:try-again': vi.fn(() => ({ state: 'starting' as const })),
  } satisfies IpcHandlers;
  const close = registerIpcHandlers({
    door: {
      handle: (channel, listener) => void listeners.set(channel, listener),
      removeHandler: (channel) => void listeners.delete(channel),
    },
    handlers,
    isTrusted: () => isTrusted,
    log: silentLog,
  });
  const call = async (channel: string, request?: unknown) => listeners.get(channel)?.(page, request);
  return { listeners, handlers, close, call };
}

describe('the IPC door', () => {
  it('opens every channel of the contract, and closes every one', () => {
    const { listeners, close } = openDoor();
    expect([...listeners.keys()].sort()).toEqual(Object.keys(ipcCalls).sort());
    close();
    expect(listeners.size).toBe(0);
  });

  it('answers a call that fits', async () => {
    const { call } = openDoor();
    expect(await call('shell:set-start-at-login', { enabled: true })).toEqual({ enabled: true });
    expect(await call('hub:status')).toEqual({ state: 'starting' });
  });

  it('lets no call of a stranger through', async () => {
    const { call, handlers } = openDoor(false);
    await expect(call('hub:try-again')).rejects.toMatchObject({ code: 'forbidden' });
    expect(handlers['hub:try-again']).not.toHaveBeenCalled();
  });

  it.each([
    ['shell:set-start-at-login', { enabled: 'yes' }],
    ['shell:set-start-at-login', undefined],
    ['shell:notify', { title: '', body: '' }],
    ['shell:notify', { title: 'a', body: 'b'.repeat(501) }],
    ['shell:notify', { title: 'a', body: 'b', route: 'https://example.org' }],
    ['hub:status', { extra: 1 }],
  ])('refuses %s with %j', async (channel, request) => {
    const { call } = openDoor();
    await expect(call(channel, request)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('sends no answer that breaks the contract', async () => {
    const { call, handlers } = openDoor();
    handlers['shell:info'].mockReturnValueOnce({ version: 7 } as never);
    await expect(call('shell:info')).rejects.toThrow();
  });
});

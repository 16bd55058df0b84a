import * as z from 'zod';
import { hubStatusSchema } from './hub-status.js';
import { routeSchema } from './route.js';

const noRequest = z.undefined();

/** Every call a page may make of the shell: channel to request and response. There is no other. */
export const ipcCalls = {
  'shell:info': {
    request: noRequest,
    response: z.object({ version: z.string(), platform: z.string(), startsAtLogin: z.boolean() }),
  },
  'shell:set-start-at-login': {
    request: z.object({ enabled: z.boolean() }),
    response: z.object({ enabled: z.boolean() }),
  },
  'shell:notify': {
    request: z.object({
      title: z.string().min(1).max(120),
      body: z.string().max(500),
      /** Where a click on the notification leads. */
      route: routeSchema.optional(),
    }),
    response: z.object({ shown: z.boolean() }),
  },
  'hub:status': { request: noRequest, response: hubStatusSchema },
  'hub:try-again': { request: noRequest, response: hubStatusSchema },
} as const;

/** What the shell tells its page unasked. */
export const ipcEvents = {
  'hub:status-changed': hubStatusSchema,
  'shell:open-route': routeSchema,
} as const;

export type IpcCall = keyof typeof ipcCalls;
export type IpcRequest<Call extends IpcCall> = z.infer<(typeof ipcCalls)[Call]['request']>;
export type IpcResponse<Call extends IpcCall> = z.infer<(typeof ipcCalls)[Call]['response']>;
export type IpcEvent = keyof typeof ipcEvents;
export type IpcEventPayload<Event extends IpcEvent> = z.infer<(typeof ipcEvents)[Event]>;

/** The one object pages find as `window.meshdeck`; absent in an ordinary browser. */
export interface MeshdeckShell {
  info(): Promise<IpcResponse<'shell:info'>>;
  setStartAtLogin(enabled: boolean): Promise<IpcResponse<'shell:set-start-at-login'>>;
  /** Shows a native notification; rejects when a field is too long or the route is none. */
  notify(notification: IpcRequest<'shell:notify'>): Promise<IpcResponse<'shell:notify'>>;
  hubStatus(): Promise<IpcResponse<'hub:status'>>;
  /** Starts the hub at once after it gave up or while it waits to restart. */
  tryHubAgain(): Promise<IpcResponse<'hub:try-again'>>;
  /** Calls back on every change of the hub's state; returns what ends that. */
  onHubStatus(listener: (status: IpcEventPayload<'hub:status-changed'>) => void): () => void;
}

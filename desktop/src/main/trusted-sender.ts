import { isTrustedAddress } from './navigation.js';

/** What an IPC event says of its sender; the frame is null once it has gone. */
export interface IpcSender {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** Only the top frame of one of our own pages may call: no subframe, no page from elsewhere. */
export function isTrustedSender(event: IpcSender, hubUrl: string | undefined): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isTrustedAddress(frame.url, hubUrl);
}

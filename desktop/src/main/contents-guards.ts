import type { WebContents } from 'electron';
import { judgeNavigation } from './navigation.js';
import type { Log } from './log.js';

/** Keeps a page where it belongs: see `judgeNavigation` for why. No windows of its own, no embedded guests. */
export function guardContents(parts: {
  contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>;
  hubUrl: () => string | undefined;
  openExternal: (address: string) => Promise<void>;
  log: Log;
}): void {
  const { contents, log } = parts;

  const judge = (address: string): boolean => {
    const verdict = judgeNavigation(address, parts.hubUrl());
    if (verdict === 'open-in-browser') {
      parts
        .openExternal(address)
        .catch((error: unknown) => log.error({ err: error }, 'the browser did not open'));
    }
    if (verdict === 'deny') log.warn({ address: address.slice(0, 200) }, 'refused to leave Meshdeck');
    return verdict === 'allow';
  };

  contents.on('will-frame-navigate', (details) => {
    if (!judge(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (!judge(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // A new window of our own pages is refused too: the app has one.
    if (judgeNavigation(url, parts.hubUrl()) !== 'allow') judge(url);
    return { action: 'deny' };
  });
}

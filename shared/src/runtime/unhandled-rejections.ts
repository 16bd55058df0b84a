/** The part of Node's `process` that tells of promises whose rejection nobody took. */
export interface RejectionSource {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/** What is logged of one. */
export interface UnhandledRejection {
  message: string;
  stack: string | undefined;
  /** Since the process started, this one included. */
  count: number;
}

export interface UnhandledRejections {
  count(): number;
  stop(): void;
}

/** A fault in a loop must not fill the disk: of more than these a minute only the number is told. */
const loggedPerMinute = 20;
const minuteMs = 60_000;
const longest = 8000;

/** API keys, join tokens, and what stands before the host of a URL: a message may quote them. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/\bmd[jk]\d?_[\w-]+/g, (secret) => `${secret.slice(0, 4)}...`)
    .replace(/(\w:\/\/)[^\s/@]+@/g, '$1...@')
    .slice(0, longest);

/**
 * Logs rejections that nobody took, each with its stack, and lets the process go on: Node would end it [Node.js
 * `process`, event `unhandledRejection`], and with it every job, for what is one part's fault.
 */
export function logUnhandledRejections(options: {
  source: RejectionSource;
  log: (rejection: UnhandledRejection) => void;
  /** Unix ms */
  now?: () => number;
}): UnhandledRejections {
  const { source, log, now = Date.now } = options;
  let count = 0;
  let logged = 0;
  let minute = -Infinity;

  function heard(reason: unknown): void {
    count += 1;
    if (now() - minute >= minuteMs) {
      minute = now();
      logged = 0;
    }
    logged += 1;
    if (logged > loggedPerMinute) return;
    const error = reason instanceof Error ? reason : undefined;
    log({
      message: withoutSecrets(error?.message ?? String(reason)),
      stack: error?.stack === undefined ? undefined : withoutSecrets(error.stack),
      count,
    });
  }

  source.on('unhandledRejection', heard);
  return { count: () => count, stop: () => void source.off('unhandledRejection', heard) };
}

const everyMs = 250;

export interface Progress {
  fraction: number;
  rows: number | null;
}

/** Passes on the newest progress, at most four times a second, and never the same twice. */
export interface ProgressThrottle {
  push: (progress: Progress) => void;
  current: () => Progress | undefined;
  stop: () => void;
}

export function createProgressThrottle(send: (progress: Progress) => void): ProgressThrottle {
  let current: Progress | undefined;
  let sent: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    if (current === undefined || (current.fraction === sent?.fraction && current.rows === sent.rows)) return;
    sent = current;
    send(current);
    timer = setTimeout(flush, everyMs);
  }

  return {
    push(progress) {
      current = progress;
      if (timer === undefined) flush();
    },
    current: () => current,
    stop: () => clearTimeout(timer),
  };
}

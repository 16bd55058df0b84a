export interface FrameQueueOptions<Message> {
  /** All that came since the last frame, oldest first. */
  deliver(messages: Message[]): void;
  /** Called after `deliver` with how many of the oldest were dropped, where there were too many to keep. */
  overflowed?(dropped: number): void;
  /** How many may wait for one frame. What comes beyond pushes out the oldest. */
  capacity: number;
  /** `requestAnimationFrame` or the like; it sleeps in hidden tabs, so a hidden page costs nothing. */
  requestFrame(callback: () => void): void;
}

export interface FrameQueue<Message> {
  push(message: Message): void;
  close(): void;
}

/** Hands messages over once a frame at most and keeps a bounded number of them: no stream can flood the page. */
export function createFrameQueue<Message>(options: FrameQueueOptions<Message>): FrameQueue<Message> {
  let waiting: Message[] = [];
  let dropped = 0;
  let scheduled = false;
  let closed = false;

  function flush(): void {
    scheduled = false;
    if (closed) return;
    const excess = Math.max(0, waiting.length - options.capacity);
    const messages = excess > 0 ? waiting.slice(excess) : waiting;
    const lost = dropped + excess;
    waiting = [];
    dropped = 0;
    options.deliver(messages);
    if (lost > 0) options.overflowed?.(lost);
  }

  return {
    push(message) {
      if (closed) return;
      waiting.push(message);
      // Trimmed in bulk: a shift per message would move the whole array each time.
      if (waiting.length >= options.capacity * 2) {
        dropped += waiting.length - options.capacity;
        waiting = waiting.slice(-options.capacity);
      }
      if (scheduled) return;
      scheduled = true;
      options.requestFrame(flush);
    },
    close() {
      closed = true;
      waiting = [];
    },
  };
}

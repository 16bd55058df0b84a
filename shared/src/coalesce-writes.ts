/** What a stream of Node's has that this needs; the same for sockets and TLS. */
interface Corkable {
  write: (...args: never[]) => boolean;
  cork: () => void;
  uncork: () => void;
  destroyed: boolean;
}

/** Over time there is one sending in so many ms; */
const sendingMs = 2;
/** after a pause so many may follow each other at once. */
const burst = 4;
/** An acknowledgement waits so long for something to go with. */
const acknowledgementMs = 5;

/** First byte of a PUBACK [MQTT-3.4.1]. */
const puback = 0x40;
/** In how many pieces the packet writer hands over a PUBACK that begins with a piece of so many bytes. */
const piecesOf = (firstBytes: number) => (firstBytes === 1 ? 3 : 1);

/**
 * Lets small MQTT packets leave together, by one system call and, over TLS, in one record: all that one callback
 * writes, and, where much is said, all that comes within `sendingMs`. Acknowledgements wait for company, a word now
 * and then waits for nothing. For connections between our own programs, neither of which waits for the other's
 * acknowledgements before it goes on.
 */
export function coalesceWrites(stream: Corkable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isHeld = false;
  /** Set while only acknowledgements are held. */
  let patience: ReturnType<typeof setTimeout> | undefined;
  let pieces = 0;
  /** Sendings that may follow at once, as of `countedAt`. */
  let allowed = burst;
  let countedAt = performance.now();

  function send(): void {
    isHeld = false;
    patience = undefined;
    if (!stream.destroyed) stream.uncork();
  }

  function sendSoon(): void {
    const at = performance.now();
    allowed = Math.min(burst, allowed + (at - countedAt) / sendingMs) - 1;
    countedAt = at;
    if (allowed < 0) setTimeout(send, -allowed * sendingMs);
    else queueMicrotask(send);
  }

  stream.write = (...args: unknown[]) => {
    const [chunk] = args;
    if (pieces === 0 && chunk instanceof Uint8Array && chunk[0] === puback) pieces = piecesOf(chunk.length);
    const mayWait = pieces > 0;
    if (mayWait) pieces -= 1;
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      if (mayWait) patience = setTimeout(send, acknowledgementMs);
      else sendSoon();
    } else if (!mayWait && patience !== undefined) {
      clearTimeout(patience);
      patience = undefined;
      sendSoon();
    }
    return write(...args);
  };
}

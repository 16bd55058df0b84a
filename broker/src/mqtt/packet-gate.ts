import { Duplex } from 'node:stream';
import type { Activity } from '../fairness/activity.js';
import type { Rate } from '../fairness/rate.js';
import type { Turns } from '../fairness/turns.js';
import { createPacketScanner, type PacketLimits, type PacketScanner } from './packet-scanner.js';

/** A turn's worth: about a millisecond of the broker's work. */
const slice = { packets: 128, bytes: 16 * 1024 };
/** Whoever sends a packet in crumbs gets it gathered: each crumb handed on would cost the broker a hundred times its size. */
const gatherBytes = 4096;

/** How much all connections of one caller may send together. */
export interface CallerRates {
  packets: Rate;
  bytes: Rate;
}

/**
 * Stands between a connection and the broker. What comes is let through in slices, by turns with all other callers; what
 * comes faster than its rate waits in the caller's own network buffers; what is too large ends the connection at its
 * header. So no caller's bytes are worked off in one go, however many packets came together.
 */
export class PacketGate extends Duplex {
  readonly #source: Duplex;
  readonly #turns: Turns;
  readonly #activity: Activity;
  readonly #scanner: PacketScanner;
  readonly #onExcess: (reason: string) => void;
  #key: string;
  #rates: CallerRates;
  /** Read from the source, not yet let through; from `#at` on. */
  #chunk: Buffer | null = null;
  #at = 0;
  /** Crumbs of a packet that is not whole yet. */
  #crumbs: Buffer | null = null;
  #crumbBytes = 0;
  #isWanted = false;
  #isWaiting = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    source: Duplex;
    limits: PacketLimits;
    turns: Turns;
    activity: Activity;
    /** Whose turn it takes until it is known who calls. */
    key: string;
    rates: CallerRates;
    onExcess: (reason: string) => void;
  }) {
    super({ readableHighWaterMark: 1, allowHalfOpen: false });
    const { source } = options;
    this.#source = source;
    this.#turns = options.turns;
    this.#activity = options.activity;
    this.#scanner = createPacketScanner(options.limits);
    this.#onExcess = options.onExcess;
    this.#key = options.key;
    this.#rates = options.rates;
    source.on('readable', () => this.#next());
    source.once('end', () => {
      this.#hasEnded = true;
      this.#next();
    });
    source.once('error', (error) => this.destroy(error));
    source.once('close', () => this.destroy());
  }

  /** From now on it is this caller's turn and rate. */
  belongTo(key: string, rates: CallerRates): void {
    this.#key = key;
    this.#rates = rates;
  }

  /** Bytes that were written and that the network has not taken. */
  get unsentBytes(): number {
    return this.writableLength + this.#source.writableLength;
  }

  override _read(): void {
    this.#isWanted = true;
    this.#next();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#source.write(chunk, encoding)) done();
    else this.#source.once('drain', done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const source = this.#source;
    const bytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    // A packet is written in pieces; over WebSocket each would be a frame of its own.
    if (bytes <= gatherBytes) source.write(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    else {
      source.cork();
      for (const { chunk } of chunks) source.write(chunk);
      source.uncork();
    }
    if (source.writableNeedDrain) source.once('drain', done);
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#source.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#chunk = null;
    this.#crumbs = null;
    this.#source.destroy();
    done(error);
  }

  #next(): void {
    if (!this.#isWanted || this.#isWaiting || this.destroyed) return;
    if (this.#chunk === null) {
      this.#chunk = this.#source.read() as Buffer | null;
      this.#at = 0;
    }
    if (this.#chunk === null) {
      if (this.#hasEnded) this.push(null);
      return;
    }
    if (this.#turns.isIdle() && this.#chunk.length - this.#at <= slice.bytes / 4) {
      this.#pass();
      return;
    }
    this.#isWaiting = true;
    this.#turns.take(this.#key, () => {
      this.#isWaiting = false;
      this.#pass();
    });
  }

  #pass(): void {
    const chunk = this.#chunk;
    if (this.destroyed || chunk === null) return;
    const { packets, bytes } = this.#rates;
    const most = {
      packets: Math.min(slice.packets, packets.available()),
      bytes: Math.min(slice.bytes, bytes.available()),
    };
    const at = this.#at;
    this.#activity.note(this.#key);
    const scanned = this.#scanner.scan(chunk, at, most);
    packets.take(scanned.packets);
    bytes.take(scanned.end - at);
    if (scanned.excess !== null) {
      this.#onExcess(scanned.excess);
      return;
    }
    if (scanned.end === at) {
      this.#isWaiting = true;
      this.#timer = setTimeout(
        () => {
          this.#isWaiting = false;
          this.#next();
        },
        Math.max(1, packets.waitMs(), bytes.waitMs()),
      );
      return;
    }
    this.#at = scanned.end;
    if (scanned.end === chunk.length) this.#chunk = null;
    const tail = scanned.end - scanned.whole;
    const gathers = tail > 0 && (scanned.whole > at ? tail : this.#crumbBytes + tail) < gatherBytes;
    const ready = this.#withCrumbs(chunk.subarray(at, gathers ? scanned.whole : scanned.end));
    if (gathers) this.#gather(chunk.subarray(scanned.whole, scanned.end));
    if (ready === null) this.#next();
    else {
      this.#isWanted = false;
      this.push(ready);
    }
  }

  /** What may go on, behind the crumbs that came before it; null where that is nothing. */
  #withCrumbs(part: Buffer): Buffer | null {
    if (part.length === 0) return null;
    if (this.#crumbs === null) return part;
    const whole = Buffer.concat([this.#crumbs.subarray(0, this.#crumbBytes), part]);
    this.#crumbBytes = 0;
    this.#crumbs = null;
    return whole;
  }

  #gather(crumb: Buffer): void {
    this.#crumbs ??= Buffer.allocUnsafeSlow(gatherBytes);
    crumb.copy(this.#crumbs, this.#crumbBytes);
    this.#crumbBytes += crumb.length;
  }
}

import type { Readable } from 'node:stream';
import type { FileReference } from '@meshdeck/shared';

export interface PutOptions {
  /** The file's name for people, kept in the reference only. */
  name?: string;
  /** More than this is `too-large`. */
  maxBytes?: number;
  /** Anything else is `hash-mismatch`. */
  expectedSha256?: string;
}

/** A part of a file, both ends included. `end` beyond the file means its last byte. */
export interface ByteRange {
  start: number;
  end?: number;
}

export type AppendOutcome = { complete: true; file: FileReference } | { complete: false; offset: number };

/** Files named by the SHA-256 of their content; the same content twice is kept once. */
export interface FileStore {
  /** @throws MeshdeckError `too-large`, `hash-mismatch`, `transfer-failed` (cut off, disk full) */
  put(stream: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<FileReference>;
  /**
   * The same for what is in memory; a few kilobytes cost one flush, together with others that come at that moment.
   * @throws as `put`
   */
  putBytes(bytes: Buffer, options?: PutOptions): Promise<FileReference>;
  /** `bytes` is the length of what `stream` gives. @throws MeshdeckError `not-found`, `invalid-request` (range) */
  open(sha256: string, range?: ByteRange): Promise<{ stream: Readable; bytes: number }>;
  /** Where the file lies or would lie, for reading; a small one is laid there first. */
  locate(sha256: string): Promise<string>;
  has(sha256: string): Promise<boolean>;
  /** Whether it is here; if so, it counts as put at this moment, and is not collected soon. */
  touch(sha256: string): Promise<boolean>;
  /** Bytes, or null where it is not here. */
  size(sha256: string): Promise<number | null>;
  /** How much of an upload has arrived; 0 where none was begun. */
  partialOffset(sha256: string): Promise<number>;
  /**
   * Continues an upload at `offset`, which must be what `partialOffset` says. What arrived before a cut stays.
   * Complete at `totalBytes`, and then checked against its name.
   * @throws MeshdeckError `conflict` (offset, or two uploads at once), `too-large`, `hash-mismatch`, `transfer-failed`
   */
  append(
    sha256: string,
    upload: { offset: number; totalBytes: number; stream: AsyncIterable<Uint8Array>; name?: string },
  ): Promise<AppendOutcome>;
  /**
   * Receives what is still being written where it comes from; `key` stands for its name until that is known. What arrived
   * before a cut stays for a while. Returns how much did.
   * @throws MeshdeckError `conflict` (the key is in use, or there are too many), `too-large`, `transfer-failed`
   */
  receiveUnnamed(
    key: string,
    upload: { stream: AsyncIterable<Uint8Array>; maxBytes: number },
  ): Promise<number>;
  /**
   * What was received as `key`, if anything, is the beginning of this file, or all of it: `append` goes on from there, and
   * checks it. @throws MeshdeckError `conflict` while it is still being received
   */
  nameUpload(key: string, sha256: string): Promise<void>;
  remove(sha256: string): Promise<void>;
  /** Removes files that nobody refers to and that were not touched for so long. Returns how many, and their bytes. */
  collect(referenced: ReadonlySet<string>, olderThanMs: number): Promise<{ files: number; bytes: number }>;
  stop(): Promise<void>;
}

import { createHash } from 'node:crypto';
import { constants, lstat, open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A smaller result is sent in no time once it is whole. */
const fromBytes = 1024 * 1024;
const chunkBytes = 256 * 1024;
const lookAgainMs = 20;

/** Sends a result to the hub while it is written, before its hash is known. */
export interface ResultAhead {
  /**
   * The result is written, and lies at `path`: its hash and size. What was sent is not read again. Null where it has to
   * be measured: it is small, or not the file that was followed.
   */
  finish: (path: string) => Promise<{ sha256: string; bytes: number } | null>;
  /** Tells the hub whose beginning it has. The upload goes on from there, from the start where that did not work. */
  name: (sha256: string) => Promise<void>;
  /** Nothing of it is needed any more. */
  stop: () => Promise<void>;
}

/** How the hub is reached. Each rejects where it did not work. */
export interface AheadLink {
  send: (body: Readable, signal: AbortSignal) => Promise<void>;
  name: (sha256: string, signal: AbortSignal) => Promise<void>;
}

/** `growingPath`: where the result grows from its first byte to its last, until it is moved to its own path. */
export function sendAhead(options: {
  growingPath: string;
  link: AheadLink;
  signal: AbortSignal;
}): ResultAhead {
  const { growingPath, link } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  const hash = createHash('sha256');
  /** How much was hashed, and handed out to be sent. */
  let bytes = 0;
  let isWritten = false;
  let file: FileHandle | undefined;

  async function openWhenLarge(): Promise<FileHandle | undefined> {
    while (!isWritten && !signal.aborted) {
      const facts = await lstat(growingPath).catch(() => undefined);
      // A link could name any file of this machine; a pipe would be waited for.
      if (facts?.isFile() === true && facts.size >= fromBytes)
        return open(growingPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      await pause(lookAgainMs, undefined, { signal });
    }
    return undefined;
  }

  async function read(from: FileHandle, position: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await from.read(buffer, 0, chunkBytes, position);
    return buffer.subarray(0, bytesRead);
  }

  async function* follow(from: FileHandle): AsyncGenerator<Buffer> {
    for (;;) {
      const { size } = await from.stat();
      const chunk = size - bytes < chunkBytes ? null : await read(from, bytes);
      // From here on what is left is read where the result is measured.
      if (isWritten) return;
      if (chunk === null) {
        await pause(lookAgainMs, undefined, { signal });
        continue;
      }
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }

  async function send(): Promise<void> {
    file = await openWhenLarge();
    if (file === undefined) throw new Error('nothing to send ahead');
    await link.send(Readable.from(follow(file)), signal);
  }

  const sending = send();
  sending.catch(() => undefined); // looked at in `name`

  async function close(): Promise<void> {
    const open = file;
    file = undefined;
    await open?.close().catch(() => undefined);
  }

  return {
    async finish(path) {
      isWritten = true;
      if (file === undefined) return null;
      const followed = await file.stat();
      const facts = await lstat(path);
      if (!facts.isFile() || facts.ino !== followed.ino || facts.dev !== followed.dev) return null;
      for (;;) {
        const chunk = await read(file, bytes);
        if (chunk.length === 0) break;
        hash.update(chunk);
        bytes += chunk.length;
      }
      return { sha256: hash.digest('hex'), bytes };
    },
    async name(sha256) {
      try {
        await sending;
        await link.name(sha256, signal);
      } catch {
        options.signal.throwIfAborted(); // else the upload is whole
      } finally {
        await close();
      }
    },
    async stop() {
      stopping.abort();
      await sending.catch(() => undefined);
      await close();
    },
  };
}

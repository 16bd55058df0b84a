import type { Logger } from 'pino';
import type { FileStore } from './types.js';

const hourMs = 3_600_000;
/** An upload that no job or app names by then was given up. */
const unclaimedMs = 24 * hourMs;

/** Takes away, once an hour, what no app and no job refers to any more. Returns the disposer. */
export function scheduleFileGc(options: {
  files: Pick<FileStore, 'collect'>;
  referenced: () => Promise<Set<string>>;
  /** Called afterwards. */
  onCollected: () => Promise<void>;
  logger: Logger;
}): () => void {
  const { files, referenced, onCollected, logger } = options;
  const timer = setInterval(() => {
    referenced()
      .then((hashes) => files.collect(hashes, unclaimedMs))
      .then((gone) => {
        if (gone.files > 0) logger.info(gone, 'unclaimed files removed');
      })
      .then(onCollected)
      .catch((error: unknown) => logger.error({ error: String(error) }, 'files not tidied'));
  }, hourMs);
  timer.unref();
  return () => clearInterval(timer);
}

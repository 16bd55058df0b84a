import { stat } from 'node:fs/promises';
import { MeshdeckError, toFailure, type ComponentState } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { PeopleCertificate } from './certificate.js';
import { readProvidedCertificate, untimely, type ProvidedFiles } from './provided-certificate.js';

const lookEveryMs = 15_000;
const dayMs = 86_400_000;
/** Authorities renew a month ahead; who has not by then has a renewal that does not work. */
const warnDays = 21;

export interface CertificateReloader {
  current(): PeopleCertificate;
  /** DNS names and addresses of the admin's certificate, whether or not it can be shown now. */
  givenNames(): readonly string[];
  /** What is wrong with it, in words for people; null: nothing. */
  problem(): string | null;
  /** Hears of each new one; hands back the disposer. */
  onChange(listener: (certificate: PeopleCertificate) => void): () => void;
  /** Looks now. Never throws: what cannot be used leaves the one before in its place. */
  look(): Promise<void>;
  start(): void;
  stop(): void;
}

/**
 * Keeps the certificate for people: the admin's as its files change, or the hub's own as the machine's names do. An
 * admin's that has expired does not keep the hub from starting: its own is shown until there is a good one.
 *
 * @throws MeshdeckError `invalid-config` where the admin's is missing, damaged or of another key
 */
export async function createCertificateReloader(options: {
  files: ProvidedFiles | null;
  /** One that is good for these names too. */
  makeOwn: (names: readonly string[]) => Promise<PeopleCertificate>;
  now: () => number;
  logger: Logger;
}): Promise<CertificateReloader> {
  const { files, makeOwn, now, logger } = options;
  const listeners = new Set<(certificate: PeopleCertificate) => void>();

  /** Changes where the files do, links followed; null where there are none to look at. */
  async function stampOf(): Promise<string | null> {
    if (files === null) return null;
    const stats = await Promise.all(
      [files.certificateFile, files.keyFile].map((file) => stat(file).catch(() => null)),
    );
    return stats
      .map((found) => (found === null ? '-' : `${found.ino} ${found.mtimeMs} ${found.size}`))
      .join();
  }

  let stamp = await stampOf();
  const first = files === null ? await makeOwn([]) : await readProvidedCertificate(files);
  let refusal = files === null ? null : untimely(first, files, now());
  let givenNames: readonly string[] = files === null ? [] : first.names;
  let current = refusal === null ? first : await makeOwn(givenNames);
  if (refusal !== null) {
    // Read again at every look: it may be the clock that is wrong.
    stamp = null;
    logger.error({ error: refusal }, "certificate cannot be used now; people are shown the hub's own");
  }
  let timer: NodeJS.Timeout | null = null;

  async function load(): Promise<PeopleCertificate> {
    if (files === null) return makeOwn([]);
    const given = await readProvidedCertificate(files);
    const complaint = untimely(given, files, now());
    if (complaint !== null) throw new MeshdeckError('invalid-config', complaint);
    return given;
  }

  async function look(): Promise<void> {
    const found = await stampOf();
    if (found !== null && found === stamp) return;
    stamp = found;
    try {
      const loaded = await load();
      refusal = null;
      if (loaded.source === 'given') givenNames = loaded.names;
      if (loaded.fingerprint === current.fingerprint && loaded.chainPem === current.chainPem) return;
      current = loaded;
      logger.info({ fingerprint: loaded.fingerprint, names: loaded.names }, 'new certificate for people');
      for (const listener of listeners) listener(loaded);
    } catch (error) {
      // Half-written while it is being renewed, perhaps: the next look tells.
      stamp = null;
      const { message } = toFailure(error);
      if (message === refusal) return;
      refusal = message;
      logger.warn({ error: message }, 'new certificate not taken; the one before stays');
    }
  }

  return {
    current: () => current,
    givenNames: () => givenNames,
    problem() {
      const daysLeft = Math.floor((current.validUntil - now()) / dayMs);
      const until = new Date(current.validUntil).toISOString().slice(0, 10);
      if (refusal !== null && current.source === 'own')
        return `${refusal} Until then people are shown the hub's own, and browsers warn.`;
      if (refusal !== null) return `The new certificate is not taken, the one before stays. ${refusal}`;
      if (current.validUntil <= now()) return `The certificate expired on ${until}. Renew it.`;
      if (current.source === 'given' && daysLeft < warnDays)
        return `The certificate is good until ${until} only, ${daysLeft} more days. Renew it.`;
      return null;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look,
    start() {
      timer = setInterval(() => void look(), lookEveryMs);
      timer.unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
    },
  };
}

/** How the people's door is, for Settings and `/healthz`. */
export function lanState(
  port: number,
  reloader: Pick<CertificateReloader, 'problem'> | null,
): ComponentState {
  const name = 'People on the network (HTTPS)';
  if (reloader === null) return { name, state: 'stopped', message: 'Turned off by --no-https.' };
  const problem = reloader.problem();
  return problem === null
    ? { name, state: 'running', message: `Port ${port}` }
    : { name, state: 'degraded', message: problem };
}

import type { PersonLimits } from '@meshdeck/shared';

export const mebibyte = 1024 * 1024;

/** Limits as number fields hold them; null or undefined is an empty field: no limit. */
export type LimitValues = Record<keyof PersonLimits, number | null | undefined>;

const inMebibytes = (bytes: number | null) =>
  bytes === null ? null : Math.max(1, Math.round(bytes / mebibyte));
const inBytes = (mebibytes: number | null | undefined) => (mebibytes == null ? null : mebibytes * mebibyte);

export const valuesFromLimits = (limits: PersonLimits): LimitValues => ({
  ...limits,
  maxUploadBytes: inMebibytes(limits.maxUploadBytes),
  maxStoredBytes: inMebibytes(limits.maxStoredBytes),
});

export function limitsFromValues(texts: LimitValues): PersonLimits {
  return {
    maxWaitingJobs: texts.maxWaitingJobs ?? null,
    maxRunningJobs: texts.maxRunningJobs ?? null,
    maxUploadBytes: inBytes(texts.maxUploadBytes),
    maxStoredBytes: inBytes(texts.maxStoredBytes),
  };
}

export const noLimits: PersonLimits = {
  maxWaitingJobs: null,
  maxRunningJobs: null,
  maxUploadBytes: null,
  maxStoredBytes: null,
};

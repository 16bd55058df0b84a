import type { PersonLimits } from '@meshdeck/shared';

export const mebibyte = 1024 * 1024;

/** Limits as number fields hold them; null or undefined is an empty field: no limit. */
export type LimitTexts = Record<keyof PersonLimits, number | null | undefined>;

export const textsOf = (limits: PersonLimits): LimitTexts => ({
  ...limits,
  maxUploadBytes:
    limits.maxUploadBytes === null ? null : Math.max(1, Math.round(limits.maxUploadBytes / mebibyte)),
});

export function limitsOf(texts: LimitTexts): PersonLimits {
  const bytes = texts.maxUploadBytes ?? null;
  return {
    maxWaitingJobs: texts.maxWaitingJobs ?? null,
    maxRunningJobs: texts.maxRunningJobs ?? null,
    maxUploadBytes: bytes === null ? null : bytes * mebibyte,
  };
}

export const noLimits: PersonLimits = { maxWaitingJobs: null, maxRunningJobs: null, maxUploadBytes: null };

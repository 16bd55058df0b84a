import { MeshdeckError } from '@meshdeck/shared';

/** Answered with 429 and `Retry-After`. */
export class TooManyTries extends MeshdeckError {
  readonly waitMs: number;

  constructor(waitMs: number) {
    const seconds = Math.ceil(waitMs / 1000);
    super('too-many-requests', `Too many tries. Try again in ${seconds} s.`);
    this.waitMs = waitMs;
  }
}

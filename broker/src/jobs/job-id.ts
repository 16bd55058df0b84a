import { randomInt } from 'node:crypto';
import type { JobId } from '@meshdeck/shared';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export function newJobId(): JobId {
  return Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

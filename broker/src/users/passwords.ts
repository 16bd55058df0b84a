import { availableParallelism } from 'node:os';
import { MeshdeckError } from '@meshdeck/shared';
import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * argon2id, the library's default kind. Above what OWASP asks for (19 MiB, t=2); about 70 ms of processor time where
 * 64 MiB and t=3 take 216 (`npm run bench -- auth`).
 * [RFC 9106 §4; OWASP Password Storage Cheat Sheet]
 */
const usualCost = { memoryCost: 48 * 1024, timeCost: 2, parallelism: 1 } as const;

/** Each takes 48 MiB and a core while it runs; more at once would let a crowd at the door take both. */
const mostAtOnce = availableParallelism() > 2 ? 2 : 1;
const mostInLine = 60;

export interface Passwords {
  /** In the PHC string format: `$argon2id$v=19$m=...`. */
  hash(password: string): Promise<string>;
  /** Null stands for an account that has none, or for none at all: takes as long, and is false. */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** True where it was made with other parameters than are usual now. */
  isOutdated(hash: string): boolean;
}

export function createPasswords(
  cost: Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'> = usualCost,
): Passwords {
  const inTurn = createTurns();
  const wanted = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;
  let stranger: Promise<string> | null = null;
  // Letters that look alike and are typed in other ways must give one password [NIST SP 800-63B §5.1.1.2].
  const bytesOf = (password: string) => Buffer.from(password.normalize('NFKC'));

  return {
    hash: (password) => inTurn(() => hash(bytesOf(password), cost)),
    async verify(stored, password) {
      stranger ??= hash(bytesOf('nobody has this one'), cost);
      const against = stored ?? (await stranger);
      const same = await inTurn(() => verify(against, bytesOf(password)));
      return stored !== null && same;
    },
    isOutdated: (stored) => !stored.startsWith(wanted),
  };
}

/** So many at once, so many in line; who comes after that is told to come back. */
function createTurns() {
  let running = 0;
  const line: (() => void)[] = [];
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= mostAtOnce) {
      if (line.length >= mostInLine) {
        throw new MeshdeckError(
          'too-many-requests',
          'Too many people sign in at once. Try again in a moment.',
        );
      }
      await new Promise<void>((go) => line.push(go));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

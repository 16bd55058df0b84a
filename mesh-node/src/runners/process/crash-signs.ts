import { ranOutOfMemory } from './limits.js';

/** What an app has said of the reason of its end, wherever in its output. */
export interface CrashSigns {
  push: (chunk: Buffer) => void;
  /** A sentence for people; undefined where nothing was said. */
  sentence: () => string | undefined;
  ranOutOfMemory: () => boolean;
}

/** Longest mark, with the name that follows it: looked at again with the chunk after. */
const overlapBytes = 300;

const memoryMarks = [
  'MemoryError',
  'heap out of memory',
  'Array buffer allocation failed',
  'std::bad_alloc',
  'Cannot allocate memory',
];
const moduleMarks = ['No module named', 'Cannot find module', 'Cannot find package'];
const networkMarks = [
  ...[
    'Temporary failure in name resolution',
    'Name or service not known',
    'getaddrinfo',
    'EAI_AGAIN',
    'ENOTFOUND',
  ],
  ...['Network is unreachable', 'ENETUNREACH', 'NameResolutionError', 'nodename nor servname provided'],
];

/** Reads all of a stream, at the price of a byte search. */
export function createCrashSigns(): CrashSigns {
  let before = Buffer.alloc(0);
  let missing: string | undefined;
  let network = false;
  let memory = false;
  const holds = (bytes: Buffer, marks: readonly string[]) => marks.find((mark) => bytes.includes(mark));

  return {
    push(chunk) {
      const bytes = Buffer.concat([before, chunk]);
      before = Buffer.from(bytes.subarray(-overlapBytes));
      if (!memory && holds(bytes, memoryMarks) !== undefined)
        memory = ranOutOfMemory(bytes.toString('latin1'));
      network ||= holds(bytes, networkMarks) !== undefined;
      const mark = holds(bytes, moduleMarks);
      if (mark === undefined) return;
      // The last one is the one that ended it: others may have been caught.
      const at = bytes.lastIndexOf(mark) + mark.length;
      const name = /^\s+['"]([^'"\r\n]{1,100})['"]/.exec(bytes.subarray(at, at + 200).toString('utf8'))?.[1];
      missing = name ?? missing;
    },
    sentence() {
      if (missing !== undefined)
        return `It has no module "${missing}" there: add it to requirements.txt or package.json, or to the package.`;
      if (network)
        return 'It could not reach the network: ask for it with needs.network in meshdeck.json, or take what it needs along.';
      return undefined;
    },
    ranOutOfMemory: () => memory,
  };
}

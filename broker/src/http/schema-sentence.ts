import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** The first thing wrong with what a schema refused: `options.timeoutSeconds must be at least 1`. */
export function schemaSentence(issues: readonly Issue[], whole = 'The request'): string {
  const issue = issues[0];
  if (issue === undefined) return `${whole} is not valid`;
  // A refused key of a record is itself the end of the path.
  const key = keyOf(issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path);
  return `${key === '' ? whole : key} ${reasonOf(issue, whole)}`;
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === 'number') return `${key}[${part}]`;
    return key === '' ? String(part) : `${key}.${String(part)}`;
  }, '');
}

function reasonOf(issue: Issue, whole: string): string {
  // Our own messages read "must be ..."; zod's usual ones are full sentences of another shape.
  if (/^(must|at most|at least|needs) /.test(issue.message)) {
    return issue.message.startsWith('at ') ? `may have ${issue.message}` : issue.message;
  }
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.includes('received undefined')
        ? 'is missing'
        : `must be ${article(issue.expected)}`;
    case 'too_small':
      return sizeReason(issue.origin, 'at least', issue.minimum, issue.inclusive);
    case 'too_big':
      return sizeReason(issue.origin, 'at most', issue.maximum, issue.inclusive);
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has the unknown ${issue.keys.length > 1 ? 'keys' : 'key'} ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_key':
      return `has a key that is not allowed: "${String(issue.path.at(-1) ?? '').slice(0, 80)}"`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return 'is not written in the way it has to be';
    case 'invalid_union': {
      // The last form is the plainest one wherever we offer several.
      const inner = issue.errors.at(-1)?.[0];
      return inner === undefined ? 'is none of the known forms' : reasonOf(inner, whole);
    }
    default:
      return `is not valid: ${issue.message}`;
  }
}

function sizeReason(origin: string, bound: string, limit: number | bigint, inclusive?: boolean): string {
  const number = typeof limit === 'number' ? limit.toLocaleString('en-US') : String(limit);
  if (origin === 'string') return `must have ${bound} ${number} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set' || origin === 'map') {
    return `must have ${bound} ${number} ${limit === 1 ? 'entry' : 'entries'}`;
  }
  if (inclusive === false) return `must be ${bound === 'at least' ? 'more' : 'less'} than ${number}`;
  return `must be ${bound} ${number}`;
}

function article(expected: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return names[expected] ?? expected;
}

import { protectionWords, type Protection } from '@meshdeck/shared';

const stateWords = { held: 'held', 'not-held': 'NOT held', unknown: 'unknown' } as const;

/** What a machine's own probe found: a line each, with how. */
export function protectionFacts(protection: Protection | undefined): [string, string][] {
  if (protection === undefined) return [['Protection', 'not measured yet']];
  return [
    ['Protection', protection.level],
    ...protection.lines.map(({ subject, state, how }): [string, string] => [
      `  ${stateWords[state]}`,
      `${protectionWords[subject]} (${how})`,
    ]),
    ...protection.notes.map((note): [string, string] => ['  note', note]),
  ];
}

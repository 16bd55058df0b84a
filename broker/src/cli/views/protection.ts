import {
  protectionStages,
  protectionStageWords,
  protectionSentence,
  type Inventory,
  type Protection,
} from '@meshdeck/shared';

const stateWords = { held: 'held', 'not-held': 'NOT held', unknown: 'unknown' } as const;

/** What a machine's own probe found: a line each, with how, under the stage it was tried at. */
export function protectionFacts(protection: Protection | undefined): [string, string][] {
  if (protection === undefined) return [['Protection', 'not measured yet']];
  const stages = protectionStages.map((stage) => ({
    stage,
    lines: protection.lines.filter((line) => line.stage === stage),
  }));
  return [
    ['Protection', protection.level],
    ...stages.flatMap(({ stage, lines }): [string, string][] =>
      lines.length === 0
        ? []
        : [
            ['', `${protectionStageWords[stage]}:`],
            ...lines.map((line): [string, string] => [
              `  ${stateWords[line.state]}`,
              `${protectionSentence(line)} (${line.how})`,
            ]),
          ],
    ),
    ...protection.notes.map((note): [string, string] => ['  note', note]),
  ];
}

/** What jobs left on a machine's disk that it could not remove yet. */
export function leftoverFacts(leftovers: Inventory['leftovers']): [string, string][] {
  if (leftovers === undefined) return [];
  return [['Left by jobs', `${leftovers.count} that cannot be removed yet: ${leftovers.reason}`]];
}

import { formatBytes } from '@meshdeck/shared';
import type { Intake } from './intake.js';
import { floorAt, type Keeping } from './keeping.js';
import { refusingNow } from './lower-floors.js';
import { refusedWords } from './refused-words.js';
import type { SeriesIndex } from './series-index.js';
import type { Upkeep } from './upkeep.js';

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What people should know although the store works, each in whole sentences. */
export function storeNotices(options: {
  opened: readonly string[];
  clockNotice: string | null;
  intake: Intake;
  index: SeriesIndex;
  upkeep: Upkeep;
  keeping: Keeping;
  nowMs: number;
}): string[] {
  const { intake, index, upkeep, keeping, nowMs } = options;
  const { tooOld } = intake.refused;
  const refusing = refusingNow(index, nowMs).length;
  return [
    ...options.opened,
    ...(options.clockNotice === null ? [] : [options.clockNotice]),
    ...(tooOld === 0 ? [] : [refusedWords({ tooOld, refusing, last: intake.lastTooOld })]),
    ...behindNotice(upkeep),
    ...budgetNotices(upkeep, keeping, nowMs),
  ];
}

function behindNotice({ behindSince }: Upkeep): string[] {
  if (behindSince === null) return [];
  return [
    `Summaries of the readings since ${new Date(behindSince).toISOString()} are still being made. Nothing is missing; charts of that time take longer until then.`,
  ];
}

function budgetNotices({ budget }: Upkeep, keeping: Keeping, nowMs: number): string[] {
  const { budgetBytes } = keeping;
  if (budgetBytes === null) return [];
  const { floors, overBytes } = budget;
  const kinds = [keeping.of('node:'), keeping.of('sensor:')];
  const size = formatBytes(budgetBytes);
  const said: string[] = [];
  for (const tier of ['readings', 'minutes'] as const) {
    const floor = floors[tier];
    const settingsKeep = Math.min(...kinds.map((days) => floorAt(nowMs, days[tier])));
    if (floor <= settingsKeep) continue;
    const what = tier === 'readings' ? 'Readings' : 'Summaries of minutes';
    said.push(
      `${what} from before ${day(floor)} were deleted to keep the budget of ${size}, sooner than the settings say. Raise the budget or keep fewer days.`,
    );
  }
  if (overBytes > 0) {
    said.push(
      `The budget of ${size} is too small: the last day of readings and the summaries of hours take ${formatBytes(overBytes)} more, and are not deleted for it. Raise the budget.`,
    );
  }
  return said;
}

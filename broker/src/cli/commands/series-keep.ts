import {
  formatBytes,
  formatNumber,
  seriesKinds,
  usualTierDays,
  type SeriesSettings,
  type TierDays,
} from '@meshdeck/shared';
import { InvalidArgumentError, type Command } from 'commander';
import { answer, connect, hubCommand, type CommandContext, type HubOptions } from '../context.js';

interface KeepOptions extends HubOptions {
  machines?: TierDays;
  sensors?: TierDays;
  budget?: number | 'none';
}

/** `7,90,1825`: days of readings, minutes and hours. */
function parseDays(text: string): TierDays {
  const parts = /^(\d{1,4}),(\d{1,4}),(\d{1,4})$/.exec(text.trim());
  if (parts === null) {
    throw new InvalidArgumentError('Give days of readings, of minutes and of hours, such as 7,90,1825.');
  }
  const [, readings, minutes, hours] = parts.map(Number);
  return { readings: readings ?? 0, minutes: minutes ?? 0, hours: hours ?? 0 };
}

const units = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** `20GB`, or `none`. */
function parseBudget(text: string): number | 'none' {
  if (text === 'none') return text;
  const parts = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text.trim());
  const unit = parts?.[2]?.toUpperCase() as keyof typeof units | undefined;
  if (parts === null || unit === undefined) {
    throw new InvalidArgumentError('Give a size such as 20GB, or none.');
  }
  return Math.round(Number(parts[1]) * units[unit]);
}

export function addKeepCommand(series: Command, context: CommandContext): void {
  const usual = Object.values(usualTierDays.machines).join(',');
  hubCommand(series, 'keep', 'shows or changes for how long readings are kept, and what they may take')
    .option(
      '--machines <days>',
      `days of readings, minutes and hours of machines, such as ${usual}`,
      parseDays,
    )
    .option('--sensors <days>', 'the same of sensors', parseDays)
    .option('--budget <size>', 'the most they may take, such as 20GB, or none', parseBudget)
    .action(async (options: KeepOptions) => {
      const client = connect(context, options);
      const { machines, sensors, budget } = options;
      const isChange = machines !== undefined || sensors !== undefined || budget !== undefined;
      const body = {
        ...(machines !== undefined && { machines }),
        ...(sensors !== undefined && { sensors }),
        ...(budget !== undefined && { budgetBytes: budget === 'none' ? null : budget }),
      };
      const settings = isChange
        ? await client.settings.patchSeries({ body })
        : await client.settings.series();
      answer(context, options, settings, keptText);
    });
}

function keptText({ tiers, budgetBytes, readingsFixed, usage }: SeriesSettings): string {
  const lines = seriesKinds.map((kind) => {
    const { readings, minutes, hours } = tiers[kind];
    return `${kind}: readings ${String(readings)} days, minutes ${String(minutes)} days, hours ${String(hours)} days`;
  });
  if (readingsFixed !== null) lines.push("days of readings: as the hub's configuration says");
  lines.push(`budget: ${budgetBytes === null ? 'none' : formatBytes(budgetBytes)}`);
  if (usage === null) return [...lines, 'used: not measured yet'].join('\n');
  lines.push(`used: ${formatBytes(usage.usedBytes)}`);
  for (const { tier, rows, bytes, bytesPerRow } of usage.tiers) {
    const each = bytesPerRow === null ? '' : `, ${bytesPerRow.toFixed(1)} bytes each`;
    lines.push(`  ${tier}: ${formatNumber(rows)}, ${formatBytes(bytes)}${each}`);
  }
  return [...lines, lastsText(usage)].join('\n');
}

function lastsText({ lasts, settlesAtBytes }: NonNullable<SeriesSettings['usage']>): string {
  const size = formatBytes(lasts.bytes);
  return lasts.days === null
    ? `at the present rate it grows to ${formatBytes(settlesAtBytes)}; ${size} are enough for good`
    : `at the present rate ${size} last ${lasts.days.toFixed(0)} days`;
}

import type { LogMessage } from '@meshdeck/shared';

/** What an app printed, line by line. */
export function logText(messages: readonly LogMessage[]): string {
  const lines = messages.flatMap(({ lines: printed, dropped }) => [
    ...printed.map(({ text }) => text),
    ...(dropped > 0 ? [`(${dropped} lines left out: printed faster than anyone could read)`] : []),
  ]);
  return lines.length === 0 ? 'It has printed nothing.' : lines.join('\n');
}

import { formatPercent } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';

export interface Progress {
  /** What is going on now; `fraction` 0..1, null where nobody can tell; `left`: such as `12 s`, where it is predicted. */
  show(step: string, fraction: number | null, left?: string | null): void;
  /** A line that stays, above the moving one. */
  keep(line: string): void;
  /** Wipes the moving line. */
  end(): void;
}

const barCells = 24;
/** Where nobody watches, a line is printed at a new step and every this much of one. */
const plainStep = 0.25;

function bar(fraction: number): string {
  const filled = Math.round(fraction * barCells);
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)}`;
}

function createMovingLine({ draw, note, notePaint, noteWidth }: Terminal): Progress {
  let current = '';
  return {
    show(step, fraction, left = null) {
      const said = left === null ? step : `${step}, about ${left} left`;
      const room = Math.max(10, noteWidth - 1 - (fraction === null ? 0 : barCells + 7));
      const text = said.length > room ? `${said.slice(0, room - 1)}…` : said;
      const drawn =
        fraction === null ? '' : `${notePaint.green(bar(fraction))} ${formatPercent(fraction).padStart(5)} `;
      current = `${drawn}${text}`;
      draw(current);
    },
    keep(line) {
      draw('');
      note(line);
      draw(current);
    },
    end() {
      if (current !== '') draw('');
      current = '';
    },
  };
}

function createPlainLines({ note }: Terminal): Progress {
  let lastStep = '';
  let lastMark = 0;
  return {
    show(step, fraction, left = null) {
      const mark = Math.floor((fraction ?? 0) / plainStep);
      if (step === lastStep && mark <= lastMark) return;
      lastStep = step;
      lastMark = mark;
      const done = fraction === null || fraction === 0 ? step : `${step} ${formatPercent(fraction)}`;
      note(left === null ? done : `${done}, about ${left} left`);
    },
    keep: note,
    end() {},
  };
}

export function createProgress(terminal: Terminal): Progress {
  return terminal.isWatched ? createMovingLine(terminal) : createPlainLines(terminal);
}

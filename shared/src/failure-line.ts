import type { Failure } from './errors.js';

/** What interpreters print behind an error: Node's version and frames, R's halt, Julia's stack. */
const behind =
  /^(?:Node\.js v\d|\(Use `node |Execution halted$|Calls: |Stacktrace:|in expression starting at |\s+at |\s*\[\d+\] |\s+@ )/;
/** How they begin it: `TypeError: ...`, `Error in f(): ...`, `ERROR: LoadError: ...`. */
const begins = /^(?:Uncaught |ERROR: )?[\w$.]*(?:Error|Exception)\b/;

/** What an app said last where its crash has no other words; else the sentence of the failure. One line, for a table. */
export function failureLine({ code, message, detail }: Failure): string {
  if (code !== 'app-crashed') return message;
  const all = (detail ?? '').split('\n').filter((line) => line.trim() !== '');
  const said = all.filter((line) => !behind.test(line));
  const at = said.length < all.length ? said.findLastIndex((line) => begins.test(line)) : -1;
  const line = said.at(at) ?? all.at(-1);
  if (line === undefined) return message;
  // R has a long message below what it is about; Node has an error's properties in braces below it.
  const below = at >= 0 && line.trimEnd().endsWith(':') ? ` ${said[at + 1]?.trim() ?? ''}` : '';
  return `${line.trim().replace(/ \{$/, '')}${below}`.trim();
}

/** What people are told of readings that were refused for their age. */
export function refusedWords(options: {
  tooOld: number;
  /** Series of which even what is read now is refused. */
  refusing: number;
  last: { source: string; key: string; tsMs: number } | undefined;
}): string {
  const { tooOld, refusing, last } = options;
  const at =
    last === undefined
      ? ''
      : `, the last of ${last.source} ${last.key}, read at ${new Date(last.tsMs).toISOString()}`;
  const words = `${tooOld} ${tooOld === 1 ? 'reading was' : 'readings were'} refused since the hub started, for being older than what is kept${at}.`;
  if (refusing === 0) return words;
  return (
    `${words} ${refusing} series refuse even what is read now: the clock was far ahead once, or is behind now. ` +
    'Set it right if it is wrong; once the hub has seen it go evenly for a day they take readings again.'
  );
}

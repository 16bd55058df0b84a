/**
 * `attachment` with a file name for every client [RFC 6266 §5, RFC 8187]: plain ASCII, and the real name beside it.
 * The name may come from a stranger: nothing in it can end the header or leave the folder it is saved to.
 */
export function attachment(fileName: string): string {
  const name = fileName.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, '_').slice(0, 200) || 'download';
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/[%']/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export type RangeAnswer =
  { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'outside' };

/** One byte range of a `Range` header [RFC 9110 §14.1.2]; several, or what is none, give the whole. */
export function parseRange(header: string | undefined, size: number): RangeAnswer {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (match === null || (first === '' && last === '')) return { kind: 'whole' };
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || size === 0) return { kind: 'outside' };
    return { kind: 'part', start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  return start >= size ? { kind: 'outside' } : { kind: 'part', start, end };
}

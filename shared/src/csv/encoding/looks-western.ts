/** Bytes that Windows-1252 leaves undefined. */
const undefinedBytes = /[\x81\x8d\x8f\x90\x9d]/;
const highByte = /[\x80-\xff]/g;
/** Words of nothing but bytes above ASCII. */
const allHigh = /^[\x80-\xff]{4,}$/;
/**
 * Signs of Windows-1252 that stand inside no word, and capitals behind a letter: other encodings (Windows-1250, Mac
 * OS Roman, DOS) have letters there. The apostrophe (92), dashes, the micro sign and ordinals do stand in words.
 */
const oddInside =
  /[A-Za-z][\x80\x82\x84-\x89\x8b\x91\x93-\x95\x98\x99\x9b\xa1-\xa9\xab\xac\xae\xaf\xb1\xb3\xb4\xb6\xb8\xb9\xbb-\xbf\xd7\xf7](?=[a-z])|[a-z][\x8a\x8c\x8e\x9f\xc0-\xd6\xd8-\xde]|[A-Z][\x8a\x8c\x8e\x9f](?=[a-z])/g;

/**
 * Whether bytes that are no UTF-8 can be Windows-1252: letters with accents stand alone or in pairs between plain ones.
 * Where words have nothing else (Cyrillic, Greek, Japanese), or signs stand inside words, the text is written in
 * something else. A guess, but one that refuses when in doubt.
 */
export function looksWestern(bytes: Uint8Array): boolean {
  const text = latin1(bytes);
  if (undefinedBytes.test(text)) return false;
  const words = new Set((text.match(/[A-Za-z\x80-\xff]+/g) ?? []).filter((word) => /[\x80-\xff]/.test(word)));
  const foreign = [...words].filter((word) => allHigh.test(word)).length;
  if (foreign >= 2 && foreign * 2 >= words.size) return false;
  const odd = text.match(oddInside)?.length ?? 0;
  return odd * 10 <= (text.match(highByte)?.length ?? 0);
}

/** A character for each byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

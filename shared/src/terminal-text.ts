/**
 * What a terminal acts on instead of showing it: control characters (C0 without line feed and tab, DEL, C1), marks that
 * turn the direction of writing, line and paragraph separators, and letters that cannot be seen. Joiners stay: words of
 * some languages, and many emoji, need them.
 */
const active =
  /[^\P{Cc}\n\t]|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text as a terminal may get it: what it would act on shows as U+FFFD, and the rest stays as it is. */
export function cleanText(text: string): string {
  return text.replace(active, '\uFFFD');
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/[\n\t]+/g, ' ');
}

/** JSON text that means the same, with everything a terminal would act on written as `\uXXXX`. */
export function cleanJson(json: string): string {
  return json.replace(active, (letter) =>
    [...Array(letter.length).keys()]
      .map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

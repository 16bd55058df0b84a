import { refused } from '../refusal.js';

export interface XmlHandlers {
  /** Names come without their namespace's prefix. */
  open(name: string, attributes: XmlAttributes): void;
  text(text: string): void;
  close(name: string): void;
}

export type XmlAttributes = ReadonlyMap<string, string>;

export interface XmlReader {
  write(text: string): void;
  /** @throws MeshdeckError where the document is not at its end */
  end(): void;
}

/** A tag longer than this is none that a spreadsheet program writes. */
const longestTag = 1024 * 1024;
const deepest = 256;

const damaged = (what: string) =>
  refused(`The workbook is damaged: ${what}. Open it in a spreadsheet program and save it anew.`);

const [doubleQuote, singleQuote, greater] = [0x22, 0x27, 0x3e];
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));|&/g, (_whole, decimal, hex, name) => {
    const known = name === undefined ? undefined : entities[name as string];
    if (known !== undefined) return known;
    const code =
      decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(hex as string, 16) : -1;
    if (code < 0 || code > 0x10ffff) throw damaged('its XML has an entity that is not known');
    return String.fromCodePoint(code);
  });
}

const isBlank = (code: number) => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
const localName = (name: string) => name.slice(name.indexOf(':') + 1);
const none: XmlAttributes = new Map();

function attributesOf(tag: string, from: number): XmlAttributes {
  let equals = tag.indexOf('=', from);
  if (equals === -1) return none;
  const attributes = new Map<string, string>();
  for (let at = from; equals !== -1; equals = tag.indexOf('=', at)) {
    const name = tag.slice(at, equals).trim();
    let opening = equals + 1;
    while (isBlank(tag.charCodeAt(opening))) opening += 1;
    const quote = tag[opening];
    const closing = quote === '"' || quote === "'" ? tag.indexOf(quote, opening + 1) : -1;
    if (closing === -1) throw damaged('an attribute of its XML has no quotes');
    if (!name.startsWith('xmlns')) attributes.set(localName(name), decoded(tag.slice(opening + 1, closing)));
    at = closing + 1;
  }
  return attributes;
}

/**
 * Reads the XML of a workbook's parts as it comes, as far as Office Open XML uses XML [ECMA-376 part 2 §6.1.4]: a document
 * type, which could make entities of its own, is refused.
 */
export function createXmlReader(handlers: XmlHandlers): XmlReader {
  let rest = '';
  const open: string[] = [];

  function tag(inside: string): void {
    if (inside.startsWith('/')) {
      const name = localName(inside.slice(1).trim());
      if (open.pop() !== name) throw damaged('an element of its XML is not closed');
      return handlers.close(name);
    }
    const isEmpty = inside.endsWith('/');
    const end = inside.search(/[\s/]/);
    const name = localName(end === -1 ? inside : inside.slice(0, end));
    if (name === '') throw damaged('its XML has a tag without a name');
    handlers.open(name, end === -1 ? none : attributesOf(inside, end));
    if (isEmpty) return handlers.close(name);
    open.push(name);
    if (open.length > deepest) throw damaged('its XML is nested too deeply');
  }

  /** Where the tag that begins at `at` ends: a `>` may stand inside of a value. -1: not here yet. */
  function endOfTag(text: string, at: number): number {
    let quote = 0;
    for (let to = at; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (quote !== 0) quote = code === quote ? 0 : quote;
      else if (code === doubleQuote || code === singleQuote) quote = code;
      else if (code === greater) return to;
    }
    return -1;
  }

  /** Behind what begins with `<!` or `<?`; -1: not here yet. */
  function pass(text: string, at: number): number {
    const until = (end: string, from: number) => {
      const found = text.indexOf(end, from);
      return found === -1 ? -1 : found + end.length;
    };
    if (text.startsWith('<?', at)) return until('?>', at + 2);
    if (text.startsWith('<!--', at)) return until('-->', at + 4);
    if (text.startsWith('<![CDATA[', at)) {
      const behind = until(']]>', at + 9);
      if (behind !== -1) handlers.text(text.slice(at + 9, behind - 3));
      return behind;
    }
    if (text.length - at < 9) return -1;
    throw damaged('its XML declares a document type, which no spreadsheet program writes');
  }

  return {
    write(piece) {
      const text = rest === '' ? piece : rest + piece;
      let at = 0;
      for (;;) {
        const start = text.indexOf('<', at);
        // An entity may be cut where a piece ends: text waits for the tag behind it.
        if (start === -1) break;
        if (start > at) handlers.text(decoded(text.slice(at, start)));
        at = start;
        const mark = text[start + 1];
        if (mark === undefined) break;
        if (mark === '!' || mark === '?') {
          const behind = pass(text, start);
          if (behind === -1) break;
          at = behind;
          continue;
        }
        const end = endOfTag(text, start + 1);
        if (end === -1) break;
        tag(text.slice(start + 1, end));
        at = end + 1;
      }
      rest = text.slice(at);
      if (rest.length > longestTag) throw damaged('its XML has a tag or a text without an end');
    },
    end() {
      if (rest.trim() !== '' || open.length > 0) throw damaged('its XML ends in the middle');
    },
  };
}

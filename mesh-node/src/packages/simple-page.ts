import * as z from 'zod';

/** A file that an index offers. */
export interface IndexFile {
  filename: string;
  /** Absolute, without its fragment. */
  url: string;
  /** `sha256=...`, or nothing. */
  hash: string;
  requiresPython: string | null;
  /** Withdrawn, with why where it says. */
  yanked: string | null;
  /** The value of data-core-metadata [PEP 714], where its metadata can be had beside it. */
  metadata: string | null;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescape = (text: string) =>
  text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A file's name as it stands at the end of an address; null for what is none. */
function nameOf(url: URL): string | null {
  try {
    const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    return /^[A-Za-z0-9][A-Za-z0-9._+!~-]{0,254}$/.test(name) ? name : null;
  } catch {
    return null; // no text
  }
}

function fileAt(href: string, base: string): Pick<IndexFile, 'filename' | 'url' | 'hash'> | null {
  if (!URL.canParse(href, base)) return null;
  const url = new URL(href, base);
  const filename = nameOf(url);
  const hash = /^#((?:md5|sha1|sha224|sha256|sha384|sha512)=[\da-f]{32,128})$/i.exec(url.hash)?.[1] ?? '';
  url.hash = '';
  return filename === null ? null : { filename, url: url.href, hash };
}

/** The links of a page of links [PEP 503], or of any page of them. */
export function parseHtmlPage(html: string, address: string): IndexFile[] {
  const attribute = (tag: string, name: string) => {
    const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
    return found === null ? null : unescape(found[1] ?? found[2] ?? found[3] ?? '');
  };
  const told = attribute(/<base\b[^>]*>/i.exec(html)?.[0] ?? '', 'href');
  const base = told !== null && URL.canParse(told, address) ? new URL(told, address).href : address;
  return [...html.matchAll(/<a\b(?:"[^"]*"|'[^']*'|[^'">])*>/gi)].flatMap(([tag]) => {
    const file = fileAt(attribute(tag, 'href')?.trim() ?? '', base);
    if (file === null) return [];
    const yanked = /\sdata-yanked\b/i.test(tag) ? (attribute(tag, 'data-yanked') ?? '') : null;
    return {
      ...file,
      requiresPython: attribute(tag, 'data-requires-python'),
      yanked,
      metadata: attribute(tag, 'data-core-metadata') ?? attribute(tag, 'data-dist-info-metadata'),
    };
  });
}

const metadataSchema = z.union([z.boolean(), z.record(z.string(), z.string())]).optional();
const jsonPageSchema = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()).default({}),
      'requires-python': z.string().nullish(),
      yanked: z.union([z.boolean(), z.string()]).default(false),
      'core-metadata': metadataSchema,
      'dist-info-metadata': metadataSchema,
    }),
  ),
});

/** The same as JSON [PEP 691]. */
export function parseJsonPage(text: string, address: string): IndexFile[] {
  return jsonPageSchema.parse(JSON.parse(text)).files.flatMap((entry) => {
    const file = fileAt(entry.url, address);
    if (file === null) return [];
    const { sha256 } = entry.hashes;
    const metadata = entry['core-metadata'] ?? entry['dist-info-metadata'];
    const metadataHash = typeof metadata === 'object' ? metadata['sha256'] : undefined;
    return {
      ...file,
      hash: sha256 !== undefined && /^[\da-f]{64}$/i.test(sha256) ? `sha256=${sha256}` : file.hash,
      requiresPython: entry['requires-python'] ?? null,
      yanked: entry.yanked === false ? null : entry.yanked === true ? '' : entry.yanked,
      metadata:
        metadata === undefined || metadata === false
          ? null
          : metadataHash === undefined
            ? 'true'
            : `sha256=${metadataHash}`,
    };
  });
}

/** A project's name in its one form [PEP 503]. */
export const normalizeName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

export const isWheelName = (filename: string): boolean => filename.toLowerCase().endsWith('.whl');

/** The project a file belongs to, by its name: certain for a wheel, for an archive of source only whether it can be this one. */
export function belongsTo(filename: string, project: string): boolean {
  if (isWheelName(filename)) return normalizeName(filename.split('-')[0] ?? '') === project;
  const stem = /^(.+)-\d[^-]*\.(?:tar\.gz|zip|tgz|tar\.bz2|tar\.xz)$/i.exec(filename)?.[1];
  return stem !== undefined && normalizeName(stem) === project;
}

/** A page that pip of any age reads, with these links. */
export function writePage(files: readonly (IndexFile & { href: string })[]): string {
  const links = files.map((file) => {
    const more = [
      file.requiresPython === null ? '' : ` data-requires-python="${escapeHtml(file.requiresPython)}"`,
      file.yanked === null ? '' : ` data-yanked="${escapeHtml(file.yanked)}"`,
      file.metadata === null
        ? ''
        : ` data-core-metadata="${escapeHtml(file.metadata)}" data-dist-info-metadata="${escapeHtml(file.metadata)}"`,
    ].join('');
    const hash = file.hash === '' ? '' : `#${file.hash}`;
    return `<a href="${escapeHtml(file.href + hash)}"${more}>${escapeHtml(file.filename)}</a><br/>`;
  });
  return `<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.0"></head><body>\n${links.join('\n')}\n</body></html>\n`;
}

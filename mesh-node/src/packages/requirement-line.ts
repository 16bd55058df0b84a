/** One line of a requirements file that is no option. */
export type RequirementLine =
  | { kind: 'name'; text: string }
  /** A file the app brings along, by its path in the app. `tail`: marker and hashes. */
  | { kind: 'file'; path: string; extras: string; tail: string }
  /** A file elsewhere. `head`: `name[extras] @ `, or nothing. */
  | { kind: 'url'; head: string; url: string; tail: string };

/** What a line is, or why it is refused: the rest of a sentence that begins with where it stands. */
export type ReadLine = { line: RequirementLine } | { objection: string };

const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const extras = String.raw`(?:\s*\[[A-Za-z0-9._,\s-]*\])?`;
const versions = String.raw`(?:===|~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const named = new RegExp(
  String.raw`^(${name}${extras})\s*\(?\s*((?:${versions})?(?:\s*,\s*${versions})*)\s*,?\s*\)?$`,
);
const nameAt = new RegExp(String.raw`^(${name}${extras})\s*@\s*(\S+)$`);
const hash = /^--hash[= ](sha256|sha384|sha512):[0-9a-f]{64,128}$/i;
const scheme = /^([a-z][a-z0-9+.-]*):/i;
const archive = /\.(?:whl|zip|tar|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz)$/i;
/** What a marker is written with [PEP 508]; pip reads it. */
const marker = /^[\w\s"'.,<>=!~()+*/-]+$/;

const pathOf = (url: string) => url.replace(/[?#].*$/, '');
export const isWheel = (path: string) => /\.whl$/i.test(pathOf(path));

function vcsObjection(url: string): string {
  const github =
    /^git\+(?:https|ssh):\/\/(?:git@)?github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?(?:@([\w./-]+))?(?:#.*)?$/i.exec(
      url,
    );
  const instead =
    github === null
      ? ''
      : `, or name its archive: https://github.com/${github[1] ?? ''}/archive/${github[2] ?? 'HEAD'}.tar.gz, which takes a machine that builds from source`;
  return `names a repository, and no machine checks out code to build it. Build a wheel and put it into the app (./NAME.whl)${instead}.`;
}

function readUrl(head: string, url: string, tail: string): ReadLine {
  const kind = scheme.exec(url)?.[1]?.toLowerCase() ?? '';
  if (/^(git|hg|svn|bzr)(\+|$)/.test(kind)) return { objection: vcsObjection(url) };
  if (kind === 'file') {
    const [project = 'the package'] = head.split(/[\s[@]/);
    return {
      objection: `names a path of the computer where the list was made (${url.slice(0, 120)}). Write ${project === '' ? 'the package' : project} with its version, as "pip list --format=freeze" does.`,
    };
  }
  if (kind !== 'https' || !URL.canParse(url))
    return { objection: `names ${url.slice(0, 120)}, and packages are fetched by https:// only.` };
  return { line: { kind: 'url', head, url, tail } };
}

/** A line without its comment, as pip would take it [pip, "Requirement Specifiers"]. */
export function readRequirement(text: string): ReadLine {
  const [, front = '', options = ''] = /^(.*?)((?:\s+--?[a-z].*)?)$/.exec(text) ?? [];
  const tokens = options.trim() === '' ? [] : options.trim().split(/\s+(?=--)/);
  const foreign = tokens.find((token) => !hash.test(token));
  if (foreign !== undefined)
    return {
      objection: `has the option ${foreign.split(/[= ]/)[0] ?? ''}; behind a package only --hash is taken.`,
    };
  // An address may have a semicolon in it: there, a blank goes before the condition [PEP 508].
  const at = front.search(/@\s*[a-z][a-z0-9+.-]*:|^[a-z][a-z0-9+.-]*:/i.test(front) ? /\s;/ : /\s*;/);
  const requirement = (at < 0 ? front : front.slice(0, at)).trim();
  const condition = at < 0 ? '' : front.slice(at).replace(/^\s*;/, '').trim();
  if (condition !== '' && !marker.test(condition))
    return { objection: 'has a condition behind ";" that cannot be read.' };
  const tail = `${condition === '' ? '' : ` ; ${condition}`}${tokens.map((token) => ` ${token.replace(' ', '=')}`).join('')}`;

  const [, head, url] = nameAt.exec(requirement) ?? [];
  if (head !== undefined && url !== undefined) return readUrl(`${head} @ `, url, tail);
  if (scheme.test(requirement) && !/^[a-z]:[\\/]/i.test(requirement)) return readUrl('', requirement, tail);
  const [, file = '', wanted = ''] = /^(.*?)(\[[A-Za-z0-9._,\s-]*\])?$/.exec(requirement) ?? [];
  if (/^[./~\\]|^[a-z]:[\\/]/i.test(file) || archive.test(file))
    return { line: { kind: 'file', path: file, extras: wanted, tail } };
  if (!named.test(requirement))
    return {
      objection: `cannot be read: ${JSON.stringify(requirement.slice(0, 120))} is no package with a version.`,
    };
  return { line: { kind: 'name', text: `${requirement}${tail}` } };
}

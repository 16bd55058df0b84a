import { posix } from 'node:path';
import { refused } from '../refusal.js';
import { readPart } from './read-part.js';
import type { ZipParts } from './zip-parts.js';

export interface Sheet {
  name: string;
  isHidden: boolean;
  /** Its part in the archive; null for charts and dialogs, which have no cells. */
  part: string | null;
}

/** What a workbook says of itself. */
export interface Workbook {
  sheets: Sheet[];
  /** Days are counted from 1904 and not from 1900. */
  from1904: boolean;
  /** The program that wrote it left its formulas to be calculated: the values beside them are none. */
  isToBeCalculated: boolean;
  sharedStrings: string | null;
  styles: string | null;
}

/** Excel takes 31 characters. */
const longestSheetName = 200;
const smallPartBytes = 16 * 1024 * 1024;
const isTrue = (text: string | undefined) => text === '1' || text === 'true';

interface Relation {
  type: string;
  target: string;
}

/** What a part refers to, by id; `from` is the part itself, '' for the package. */
async function relationsOf(parts: ZipParts, from: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(from);
  const file = posix.join(folder, '_rels', `${posix.basename(from)}.rels`);
  const relations = new Map<string, Relation>();
  if (!parts.has(file)) return relations;
  await readPart(parts, file, smallPartBytes, {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes.get('TargetMode') === 'External') return;
      const target = attributes.get('Target') ?? '';
      relations.set(attributes.get('Id') ?? '', {
        type: (attributes.get('Type') ?? '').split('/').at(-1) ?? '',
        target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
      });
    },
  });
  return relations;
}

/** Files of programs whose archives look like a workbook's from outside. */
function foreignArchive(parts: ZipParts, name: string): string | null {
  const names = parts.names();
  if (names.some((part) => part === 'xl/workbook.bin'))
    return `${name} is a binary Excel workbook (.xlsb). Open it and save it as .xlsx or as CSV.`;
  if (parts.has('content.xml') && parts.has('mimetype'))
    return `${name} is an OpenDocument file (.ods). Open it and save it as .xlsx or as CSV.`;
  if (names.some((part) => part.startsWith('word/')))
    return `${name} is a Word document, no workbook. Save its table as CSV.`;
  if (names.some((part) => part.startsWith('ppt/')))
    return `${name} is a presentation, no workbook. Save its table as CSV.`;
  return null;
}

/** @throws MeshdeckError `csv-malformed` where it is no workbook, or a damaged one */
export async function readWorkbook(parts: ZipParts, name: string): Promise<Workbook> {
  const foreign = foreignArchive(parts, name);
  if (foreign !== null) throw refused(foreign);
  const main =
    [...(await relationsOf(parts, '')).values()].find(({ type }) => type === 'officeDocument')?.target ??
    'xl/workbook.xml';
  if (!parts.has(main))
    throw refused(`${name} is no Excel workbook: it has no list of sheets. Save it as .xlsx or as CSV.`);
  const relations = await relationsOf(parts, main);
  const partOf = (type: string) => {
    const found = [...relations.values()].find((relation) => relation.type === type)?.target;
    return found !== undefined && parts.has(found) ? found : null;
  };
  const workbook: Workbook = {
    sheets: [],
    from1904: false,
    isToBeCalculated: false,
    sharedStrings: partOf('sharedStrings'),
    styles: partOf('styles'),
  };
  /** Extensions at the end of the part have elements of the same names, and other meanings. */
  const inside: string[] = [];
  await readPart(parts, main, smallPartBytes, {
    close: () => void inside.pop(),
    open(element, attributes) {
      const [, parent, ...deeper] = inside;
      inside.push(element);
      if (deeper.length > 0) return;
      if (parent === undefined && element === 'workbookPr')
        workbook.from1904 = isTrue(attributes.get('date1904'));
      if (parent === undefined && element === 'calcPr')
        workbook.isToBeCalculated = isTrue(attributes.get('fullCalcOnLoad'));
      if (parent !== 'sheets' || element !== 'sheet') return;
      const relation = relations.get(attributes.get('id') ?? '');
      const sheetName = attributes.get('name') ?? '';
      if (sheetName === '' || sheetName.length > longestSheetName)
        throw refused(
          `${name} has a sheet without a name that can be shown. Give each of its sheets a name.`,
        );
      workbook.sheets.push({
        name: sheetName,
        isHidden: (attributes.get('state') ?? 'visible') !== 'visible',
        part: relation?.type === 'worksheet' ? relation.target : null,
      });
    },
  });
  return workbook;
}

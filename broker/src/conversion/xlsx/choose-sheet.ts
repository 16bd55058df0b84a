import { refused, SheetQuestion, shown, shownNames } from '../refusal.js';
import type { Sheet, Workbook } from './workbook.js';

type Cells = Sheet & { part: string };

/** The sheet that holds the table: the one that was named, else the only one that is shown and holds something. */
export async function chooseSheet(
  { sheets }: Workbook,
  { name, sheet: asked }: { name: string; sheet?: string | undefined },
  holdsSomething: (sheet: Cells) => Promise<boolean>,
): Promise<{ sheet: Cells; sheets: string[] }> {
  const full: Cells[] = [];
  const hidden: Cells[] = [];
  for (const sheet of sheets) {
    const { part } = sheet;
    if (part === null) continue;
    if (sheet.isHidden) hidden.push({ ...sheet, part });
    else if (await holdsSomething({ ...sheet, part })) full.push({ ...sheet, part });
  }
  const names = full.map((sheet) => sheet.name);
  if (asked !== undefined) return { sheet: named(sheets, { name, asked, names }), sheets: names };
  const [only, second] = full;
  if (only !== undefined && second === undefined) return { sheet: only, sheets: names };
  if (only !== undefined) {
    throw new SheetQuestion(
      `${name} has ${full.length} sheets with something in them: ${shownNames(names)}. Choose the one that holds the table (--sheet NAME on the command line).`,
      names,
    );
  }
  if (hidden.length > 0) {
    const hiddenNames = shownNames(hidden.map((sheet) => sheet.name));
    throw new SheetQuestion(
      `${name} has nothing on the sheets that are shown. Hidden are ${hiddenNames}: if one of them is meant, say --sheet NAME.`,
      [],
    );
  }
  throw refused(`${name} has no sheet with anything in it.`);
}

/** Excel takes two names that differ in case alone for one. */
function named(
  sheets: readonly Sheet[],
  { name, asked, names }: { name: string; asked: string; names: string[] },
): Cells {
  const lower = asked.toLowerCase();
  const found =
    sheets.find((sheet) => sheet.name === asked) ??
    sheets.find((sheet) => sheet.name.toLowerCase() === lower);
  if (found === undefined) {
    const all = sheets.map((sheet) => sheet.name);
    throw new SheetQuestion(
      `${name} has no sheet ${shown(asked)}. Its sheets are ${shownNames(all)}.`,
      names,
    );
  }
  if (found.part === null)
    throw refused(`Sheet ${shown(found.name)} of ${name} is a chart and has no cells.`);
  return { ...found, part: found.part };
}

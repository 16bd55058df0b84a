import { cellText, type CsvBlock } from '../../csv/csv-block.js';
import { isMissing, parseNumber } from '../../csv/parse-number.js';
import { looseName } from './column-names.js';

/** Why a column may be no feature, the surest reason first. */
export const asideRoles = ['id', 'label', 'text', 'reference', 'target'] as const;
export type AsideRole = (typeof asideRoles)[number];

const sampleRows = 200;
const ids = new Set(['id', 'uuid', 'guid', 'row_id', 'rowid', 'index', 'unnamed_0']);
const labels = new Set(['label', 'target', 'class']);
const targets = new Set(['y', 'outcome', 'expected', 'species', 'prediction']);

/**
 * What a column is likely for beside being a feature. `id` and `label` go by names that are hardly ever features;
 * `text` by the cells (no number among them); `reference` (`store_id`) and `target` (`y`) by names that often are
 * features all the same.
 */
export function asideRole(name: string, textOnly: boolean): AsideRole | undefined {
  const loose = looseName(name);
  if (ids.has(loose)) return 'id';
  if (labels.has(loose)) return 'label';
  if (textOnly) return 'text';
  if (loose.endsWith('_id') || loose.endsWith('_uuid')) return 'reference';
  return targets.has(loose) ? 'target' : undefined;
}

/** For each column, whether the block's first rows hold text and not one number. */
export function findTextColumns(block: CsvBlock, decimalComma: boolean): boolean[] {
  const rows = Math.min(block.rows, sampleRows);
  return Array.from({ length: block.columns }, (_, column) => {
    let texts = 0;
    for (let row = 0; row < rows; row++) {
      const text = cellText(block, row, column);
      if (isMissing(text)) continue;
      if (parseNumber(text, decimalComma) !== undefined) return false;
      texts++;
    }
    return texts > 0;
  });
}

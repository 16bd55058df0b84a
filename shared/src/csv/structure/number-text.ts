import { cellKind } from './cell-kinds.js';

export const isNumberText = (text: string): boolean => cellKind(text) === 'number';

/**
 * The number a cell spells, for comparing lines and adding columns up, not for a model: NaN where its signs have two
 * readings.
 */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  const plain = Number(trimmed);
  if (trimmed !== '' && Number.isFinite(plain)) return plain;
  // One comma before one, two or more than three digits is a decimal sign.
  if (/^[+-]?\d+,(?:\d{1,2}|\d{4,})$/.test(trimmed)) return Number(trimmed.replace(',', '.'));
  const groups = /^[+-]?\d{1,3}(?:([ ,.'\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/.exec(trimmed);
  if (groups === null) return Number.NaN;
  const rest = trimmed.replaceAll(groups[1] ?? ' ', '').replace(',', '.');
  return groups[0].split(groups[1] ?? ' ').length > 2 || rest.includes('.') ? Number(rest) : Number.NaN;
}

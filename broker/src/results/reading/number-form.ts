/** How a column's numbers are written. */
export interface NumberForm {
  decimal: '.' | ',';
  /** The other sign groups thousands: certain, since another cell shows the decimal sign. */
  groups: boolean;
}

export const pointForm: NumberForm = { decimal: '.', groups: false };

const pointDecimal = /^[+-]?(?:\d+\.(?!\d{3}$)\d*|0?\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d+)$/;
const commaDecimal = /^[+-]?(?:\d+,(?!\d{3}$)\d*|0?,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)$/;
const commaGroups = /^[+-]?\d{1,3}(?:,\d{3}){2,}$/;
const pointGroups = /^[+-]?\d{1,3}(?:\.\d{3}){2,}$/;

/**
 * How numbers are written, by some of a column's cells. `1.250` and `1,250` alone decide nothing: then the decimal sign is
 * the point, and `1,250` no number. Where cells contradict each other nothing groups.
 */
export function numberForm(cells: Iterable<string>): NumberForm {
  let point = false;
  let comma = false;
  for (const cell of cells) {
    const text = cell.trim();
    if (pointDecimal.test(text) || commaGroups.test(text)) point = true;
    else if (commaDecimal.test(text) || pointGroups.test(text)) comma = true;
  }
  if (point === comma) return pointForm;
  return { decimal: point ? '.' : ',', groups: true };
}

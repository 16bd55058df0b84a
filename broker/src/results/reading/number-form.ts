/** How a column's numbers are written. */
export interface NumberForm {
  decimal: '.' | ',';
  /** The other sign groups thousands: certain, since another cell shows the decimal sign. */
  groups: boolean;
}

export const pointForm: NumberForm = { decimal: '.', groups: false };

/** Which signs some cells show to be the decimal sign for certain. */
export interface SignEvidence {
  point: boolean;
  comma: boolean;
}

const pointDecimal = /^[+-]?(?:\d+\.(?!\d{3}$)\d*|0?\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d+)$/;
const commaDecimal = /^[+-]?(?:\d+,(?!\d{3}$)\d*|0?,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)$/;
const commaGroups = /^[+-]?\d{1,3}(?:,\d{3}){2,}$/;
const pointGroups = /^[+-]?\d{1,3}(?:\.\d{3}){2,}$/;

/** `1.250` and `1,250` show nothing: the sign may be the decimal one, or group thousands. */
export function signEvidence(cells: Iterable<string>): SignEvidence {
  const evidence = { point: false, comma: false };
  for (const cell of cells) {
    const text = cell.trim();
    if (pointDecimal.test(text) || commaGroups.test(text)) evidence.point = true;
    else if (commaDecimal.test(text) || pointGroups.test(text)) evidence.comma = true;
  }
  return evidence;
}

/** Undecided or contradicting evidence: the decimal sign is the point, nothing groups, and `1,250` is no number. */
export function formBy({ point, comma }: SignEvidence): NumberForm {
  if (point === comma) return pointForm;
  return { decimal: point ? '.' : ',', groups: true };
}

/**
 * The forms of a table's columns. Its own columns are decided together, as whoever wrote the table wrote them all: one that shows
 * nothing is read as the others are. Where they contradict each other each stands for itself.
 */
export function tableForms(
  evidence: ReadonlyMap<number, SignEvidence>,
  isOwn: (column: number) => boolean,
): Map<number, NumberForm> {
  const own = [...evidence].filter(([column]) => isOwn(column)).map(([, each]) => each);
  const together = { point: own.some(({ point }) => point), comma: own.some(({ comma }) => comma) };
  const isOne = together.point !== together.comma;
  return new Map(
    [...evidence].map(([column, each]) => [column, formBy(isOwn(column) && isOne ? together : each)]),
  );
}

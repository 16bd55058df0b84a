export interface VirtualRows {
  first: number;
  /** One past the last. */
  end: number;
  /** Heights that stand in for the rows not drawn, px. */
  above: number;
  below: number;
}

const overscan = 12;
const virtualFrom = 200;

/** Which rows of a long list to draw. Lists up to 200 rows are drawn whole. `top` is the list's own offset, px. */
export function virtualRows(options: {
  count: number;
  rowHeight: number;
  top: number;
  scrollTop: number;
  viewHeight: number;
}): VirtualRows {
  const { count, rowHeight } = options;
  if (count <= virtualFrom) return { first: 0, end: count, above: 0, below: 0 };
  const visible = Math.ceil(options.viewHeight / rowHeight);
  const at = Math.floor((options.scrollTop - options.top) / rowHeight) - overscan;
  const first = Math.max(0, Math.min(at, count - visible));
  const end = Math.min(count, first + visible + overscan * 2);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}

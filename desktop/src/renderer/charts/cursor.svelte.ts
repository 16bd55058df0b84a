/** Where the pointer is in time: shared by all charts of a page, so that one look crosses all of them. */
export class ChartCursor {
  ts = $state<number | null>(null);
  /** The stretch being dragged over. */
  dragged = $state.raw<{ from: number; to: number } | null>(null);
}

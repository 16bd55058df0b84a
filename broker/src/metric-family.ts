/** One family of figures, as `/metrics` gives it out. */
export interface MetricFamily {
  /** Without the `meshdeck_` that all begin with. */
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  samples: readonly (readonly [labels: string, value: number])[];
}

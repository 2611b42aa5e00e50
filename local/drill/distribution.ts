/** How a measure came out over many runs. */
export interface Distribution {
  readonly count: number;
  readonly least: number;
  readonly median: number;
  readonly percentile95: number;
  readonly most: number;
}

/** Sums measurements up; nothing when there are none. Percentiles are values that were measured. */
export function distributionOf(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { count: sorted.length, least: at(0), median: at(0.5), percentile95: at(0.95), most: at(1) };
}

/** A figure beside the yardstick of the same run. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly yardstick: number;
  readonly unit: string;
  /** What the yardstick is. */
  readonly against: string;
  readonly ratio: number;
  /** The ratio may not be greater. */
  readonly limit: number;
}

/** A figure with a limit of its own. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
}

/** How long each stage of a load took, in order. */
export interface Stages {
  readonly name: string;
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[];
}

/** What one measurement found. */
export interface Measured {
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  readonly stages: readonly Stages[];
}

export function ratio(props: Omit<Ratio, 'ratio'>): Ratio {
  return { ...props, ratio: props.value / props.yardstick };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

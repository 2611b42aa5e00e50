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
  /** What the least way to move the same bytes takes on this machine, in yardsticks. Where it is above the limit, the limit is out of reach here. */
  readonly floor?: number;
}

/** A figure with a limit of its own. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
}

/** Seconds of a core that each side of a load had; unknown where the system does not tell. */
export interface CpuTime {
  readonly name: string;
  readonly source: number | undefined;
  readonly function: number;
  readonly warehouse: number | undefined;
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
  readonly cpu: readonly CpuTime[];
}

export const NOTHING_MEASURED: Measured = { ratios: [], figures: [], stages: [], cpu: [] };

export function ratio(props: Omit<Ratio, 'ratio'>): Ratio {
  return { ...props, ratio: props.value / props.yardstick };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const STEPS = [1, 2, 2.5, 5, 10];
const TIME_STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];
const MOST_TICKS = 8;

/** Round numbers from 0 to the maximum or just beyond. */
export function ticksTo(maximum: number): readonly number[] {
  if (maximum <= 0) return [0, 1];
  const rough = maximum / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((candidate) => candidate * power >= rough) ?? 10);
  return multiples(step, maximum);
}

/** Round durations from 0 to the maximum or just beyond, in seconds. */
export function timeTicksTo(maximumSeconds: number): readonly number[] {
  const rough = maximumSeconds / MOST_TICKS;
  const DAY = 86_400;
  const step = TIME_STEPS_SECONDS.find((candidate) => candidate >= rough) ?? Math.ceil(rough / DAY) * DAY;
  return multiples(step, maximumSeconds);
}

function multiples(step: number, maximum: number): readonly number[] {
  // A number such as 0.30000000000000004 is no label.
  const PRECISION = 12;
  return Array.from({ length: Math.ceil(maximum / step) + 1 }, (_, index) => Number((index * step).toPrecision(PRECISION)));
}

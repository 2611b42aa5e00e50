const NUMBERS = new Set(['MinCapacity', 'MaxCapacity', 'TargetValue', 'ScaleInCooldown', 'ScaleOutCooldown', 'Cooldown', 'MetricIntervalLowerBound', 'MetricIntervalUpperBound', 'ScalingAdjustment', 'MinAdjustmentMagnitude']);

/** Numbers that a template has as text, as numbers. */
export function asNumbers<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(asNumbers) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, NUMBERS.has(key) ? Number(member) : (asNumbers(member) as unknown)])) as Value;
}

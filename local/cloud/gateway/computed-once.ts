/** Computes what belongs to a key when it is first asked for, and keeps it: for keys that are few and asked for at every request. */
export function computedOnce<Value>(compute: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}

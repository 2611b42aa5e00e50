/** Returns a member of an answer that AWS documents as always there, or throws naming it: no `undefined` travels on. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`AWS answered without ${what}`);
  return value;
}

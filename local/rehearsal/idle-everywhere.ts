/** Rules of the command line that met nothing in any of these. */
export function idleEverywhere([first, ...others]: readonly { readonly idleRules: readonly string[] }[]): readonly string[] {
  return (first?.idleRules ?? []).filter((rule) => others.every(({ idleRules }) => idleRules.includes(rule)));
}

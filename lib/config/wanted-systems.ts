/**
 * What to add to the app: everything, or what `-c systems=aurora-restore,warm-standby` names.
 *
 * @throws Error naming the system that there is none of, and those that there are
 */
export function wantedSystems<Add>(systems: Readonly<Record<string, Add>>, names: string | undefined): readonly Add[] {
  if (names === undefined) return Object.values(systems);
  return names.split(',').map((name) => {
    const add = Object.hasOwn(systems, name) ? systems[name] : undefined;
    if (add === undefined) throw new Error(`context systems: "${name}" is no system; expected some of ${Object.keys(systems).join(', ')}, separated by commas`);
    return add;
  });
}

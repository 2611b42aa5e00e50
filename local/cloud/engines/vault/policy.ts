/** What a request does to a path. */
export type Operation = 'create' | 'read' | 'update' | 'delete' | 'list' | 'patch';
export type Capability = Operation | 'sudo' | 'deny';

/** One `path "..." { capabilities = [...] }` of a policy. */
export interface PathRule {
  /** `+` stands for one segment, a `*` at the end for any rest. */
  readonly path: string;
  readonly capabilities: readonly Capability[];
}

export type Policy = readonly PathRule[];

const EVERYTHING: readonly Capability[] = ['create', 'read', 'update', 'delete', 'list', 'patch'];

/** What every token may do unless it is made without: the paths of Vault's own default policy that are emulated here. */
export const DEFAULT_POLICY: Policy = [
  { path: 'auth/token/lookup-self', capabilities: ['read'] },
  { path: 'auth/token/renew-self', capabilities: ['update'] },
  { path: 'auth/token/revoke-self', capabilities: ['update'] },
  { path: 'sys/capabilities-self', capabilities: ['update'] },
  { path: 'sys/renew', capabilities: ['update'] },
  { path: 'sys/leases/renew', capabilities: ['update'] },
  { path: 'sys/leases/lookup', capabilities: ['update'] },
  { path: 'cubbyhole/*', capabilities: ['create', 'read', 'update', 'delete', 'list'] },
];

/** Tells whether policies allow an operation on a path. */
export function isAllowed(policies: readonly Policy[], operation: Operation, path: string): boolean {
  const asked = operation === 'list' && !path.endsWith('/') ? `${path}/` : path;
  return capabilitiesOn(policies, asked).includes(operation);
}

/**
 * Returns what policies allow on a path: the capabilities of the one pattern that fits best, over all policies that have it.
 *
 * https://developer.hashicorp.com/vault/docs/concepts/policies#priority-matching
 */
export function capabilitiesOn(policies: readonly Policy[], path: string): readonly Capability[] {
  const rules = policies.flat();
  const best = bestPattern(
    rules.map((rule) => rule.path),
    path,
  );
  const granted = new Set(rules.filter((rule) => rule.path === best).flatMap((rule) => rule.capabilities));
  if (granted.size === 0 || granted.has('deny')) return ['deny'];
  return [...EVERYTHING, 'sudo' as const].filter((capability) => granted.has(capability)).sort();
}

/** A folder, which ends in a slash, goes by what fits its name without the slash, unless a rule names the folder itself. */
function bestPattern(patterns: readonly string[], path: string): string | undefined {
  if (!path.endsWith('/')) return fittest(patterns, path);
  return patterns.find((pattern) => pattern === path) ?? fittest(patterns, path.slice(0, -1)) ?? fittest(patterns, path);
}

function fittest(patterns: readonly string[], path: string): string | undefined {
  return patterns.filter((pattern) => fits(pattern, path)).sort(byPriority)[0];
}

function fits(pattern: string, path: string): boolean {
  const open = pattern.endsWith('*');
  const segments = (open ? pattern.slice(0, -1) : pattern).split('/');
  const parts = path.split('/');
  if (open ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, index) => {
    const part = parts[index] ?? '';
    if (segment === '+') return part !== '';
    return open && index === segments.length - 1 ? part.startsWith(segment) : part === segment;
  });
}

/** Sorts the pattern that fits best first. */
function byPriority(one: string, other: string): number {
  if (one === other) return 0;
  const exact = [one, other].map((pattern) => firstWildcard(pattern) === Infinity);
  if (exact[0] !== exact[1]) return exact[0] ? -1 : 1;
  return (
    firstWildcard(other) - firstWildcard(one) ||
    Number(one.endsWith('*')) - Number(other.endsWith('*')) ||
    plusSegments(one) - plusSegments(other) ||
    other.length - one.length ||
    (one > other ? -1 : 1)
  );
}

function firstWildcard(pattern: string): number {
  const at = pattern.search(/(?<=^|\/)\+(?=\/|$)|\*$/);
  return at === -1 ? Infinity : at;
}

function plusSegments(pattern: string): number {
  return pattern.split('/').filter((segment) => segment === '+').length;
}

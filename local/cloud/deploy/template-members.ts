/**
 * A structure of a template in the form of an API whose members begin in lower case: `ContainerPort` becomes `containerPort`.
 *
 * The keys of maps in it are left alone; `maps` names the members that are maps. CloudFormation takes numbers and booleans
 * as text as well; the API's own model checks what arrives.
 */
export function asApiMembers<Members>(value: unknown, maps: readonly string[] = []): Members {
  if (Array.isArray(value)) return value.map((item) => asApiMembers(item, maps)) as Members;
  if (typeof value !== 'object' || value === null) return value as Members;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), maps.includes(key) ? member : asApiMembers(member, maps)])) as Members;
}

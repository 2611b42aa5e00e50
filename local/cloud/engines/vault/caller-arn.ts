/** Who an STS answer says the caller is. */
export interface Caller {
  /** As STS writes it: a user, or a session of a role. */
  readonly arn: string;
  readonly accountId: string;
  readonly kind: 'user' | 'assumed-role' | 'federated-user';
  /** Name of the user or role, without its path. */
  readonly name: string;
  readonly sessionName: string | undefined;
}

/** Reads the ARN in an answer to GetCallerIdentity; undefined when there is none that can log in. */
export function parseCaller(xml: string): Caller | undefined {
  const arn = /<Arn>([^<]+)<\/Arn>/.exec(xml)?.[1]?.trim();
  if (arn === undefined) return undefined;
  const [, , service, , accountId, resource = ''] = arn.split(':');
  const [kind, ...names] = resource.split('/');
  if (accountId === undefined || names.length === 0) return undefined;
  if (service === 'iam' && kind === 'user') return { arn, accountId, kind, name: names.at(-1) ?? '', sessionName: undefined };
  if (service === 'sts' && (kind === 'assumed-role' || kind === 'federated-user')) return { arn, accountId, kind, name: names[0] ?? '', sessionName: names[1] };
  return undefined;
}

/**
 * Returns the ARN that Vault compares with `bound_iam_principal_arn`: of a role's session the role, of everybody without the path,
 * which STS does not tell.
 */
export function canonicalArn(caller: Caller): string {
  if (caller.kind === 'federated-user') return caller.arn;
  const partition = caller.arn.split(':')[1] ?? 'aws';
  return `arn:${partition}:iam::${caller.accountId}:${caller.kind === 'user' ? 'user' : 'role'}/${caller.name}`;
}

/** Tells whether a binding needs the principal's full ARN: Vault asks IAM for the path only then. */
export function isWildcardBinding(binding: string): boolean {
  return binding.endsWith('*');
}

/** Tells whether one of the bindings covers the principal; a `*` at the end of a binding covers any rest of the full ARN. */
export function isBound(bindings: readonly string[], canonical: string, full: string): boolean {
  return bindings.some((binding) => (isWildcardBinding(binding) ? full.startsWith(binding.slice(0, -1)) : binding === canonical));
}

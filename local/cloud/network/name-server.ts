/** What a name leads to. */
export type NameAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** Look this name up instead. */
  | { readonly kind: 'alias'; readonly name: string }
  /** This server is in charge of the name and says that there is none. */
  | { readonly kind: 'no-such-name' };

/** Knows some names of the cloud's network, such as those of a hosted zone. */
export interface NameServer {
  /** `vpcId` is absent for who asks from outside every VPC. Returns nothing for a name that it is not in charge of. */
  resolve(name: string, vpcId: string | undefined): NameAnswer | undefined;
}

/** A chain of aliases longer than this is a circle. */
const LONGEST_CHAIN = 8;

/** Resolves a name by the first server that is in charge of it, following aliases. Returns no address for a name that nobody knows. */
export function resolveName(servers: readonly NameServer[], name: string, vpcId: string | undefined): readonly string[] {
  let current = name.toLowerCase().replace(/\.$/, '');
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const answer = servers.map((server) => server.resolve(current, vpcId)).find((given) => given !== undefined);
    if (answer?.kind !== 'alias') return answer?.kind === 'addresses' ? answer.addresses : [];
    current = answer.name.toLowerCase().replace(/\.$/, '');
  }
  return [];
}

import * as z from 'zod/mini';
import type { Keys } from '../common/aws/keys';

export interface SourceKeyPorts {
  /** The account that asks to have the key used. */
  readonly account: string;
  readonly keys: Pick<Keys, 'look'>;
  /** The same keys as their owner sees them. */
  readonly ownersKeys: Pick<Keys, 'policyOf'>;
}

/**
 * Says what keeps RDS from using the source's key for the account, in words; nothing when nothing is known.
 *
 * RDS needs a grant. A dry run would not tell whether it gets one: owners let other accounts make grants only through
 * AWS's services (`kms:GrantIsForAWSResource`), as AWS tells them to. So the key's policy is read: it must allow the account
 * `kms:CreateGrant`, on whatever condition.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/share-encrypted-snapshot.html
 */
export async function sourceKeyObstacle(keyArn: string, { account, keys, ownersKeys }: SourceKeyPorts): Promise<string | undefined> {
  const { obstacle, isManagedByAws } = await keys.look(keyArn);
  if (obstacle || isManagedByAws) return obstacle;
  return mayGrant(await ownersKeys.policyOf(keyArn), account) ? undefined : `key ${keyArn}: its policy does not allow account ${account} kms:CreateGrant`;
}

const oneOrMore = z.union([z.string(), z.array(z.string())]);
/** As much of a policy as is looked at. Elements that say the opposite, such as `NotAction`, are rare in key policies: what is not understood is no obstacle. */
const statement = z.looseObject({ Effect: z.string(), Action: z.optional(oneOrMore), Principal: z.optional(z.union([z.string(), z.looseObject({ AWS: z.optional(oneOrMore) })])) });
const policy = z.looseObject({ Statement: z.union([statement, z.array(statement)]) });

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] => (value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]);

function mayGrant(document: string, account: string): boolean {
  const { success, data } = policy.safeParse(JSON.parse(document));
  if (!success) return true;
  return listOf(data.Statement).some(({ Effect, Action, Principal }) => {
    const principals = typeof Principal === 'object' ? listOf(Principal.AWS) : listOf(Principal);
    const isForUs = Principal === undefined || principals.some((name) => name === '*' || name.includes(account));
    return Effect === 'Allow' && isForUs && (Action === undefined || listOf(Action).some((pattern) => covers(pattern, 'kms:CreateGrant')));
  });
}

/** Patterns of actions know `*` and `?`, and no case. */
function covers(pattern: string, action: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

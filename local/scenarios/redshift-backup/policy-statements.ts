import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';

interface Statement {
  readonly Sid?: string;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

interface PolicyHolder {
  readonly read: () => Promise<string>;
  readonly write: (policy: string) => Promise<unknown>;
}

/** The policy of a key, by its id or `alias/...`. */
export async function keyPolicy(stage: Stage<unknown>, place: Place, key: string): Promise<PolicyHolder> {
  const kms = stage.client(KMSClient, place);
  const KeyId = key.startsWith('alias/') ? await keyOf(kms, key) : key;
  return { read: async () => (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? '', write: (Policy) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy })) };
}

export function bucketPolicy(stage: Stage<unknown>, place: Place, Bucket: string): PolicyHolder {
  const s3 = stage.client(S3Client, place);
  return { read: async () => (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '', write: (Policy) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })) };
}

/** The ids of the statements that mention an account. */
export async function statementsAbout(holder: PolicyHolder, account: string): Promise<readonly string[]> {
  return statementsIn(await holder.read()).filter(({ Principal, Condition }) => JSON.stringify([Principal, Condition]).includes(account)).map(({ Sid = '' }) => Sid);
}

/** Does the work while a statement is missing. */
export async function withoutStatement<T>({ read, write }: PolicyHolder, sid: string, work: () => Promise<T>): Promise<T> {
  const policy = await read();
  const rest = statementsIn(policy).filter(({ Sid }) => Sid !== sid);
  if (rest.length === statementsIn(policy).length) throw new Error(`there is no statement ${sid}`);
  await write(JSON.stringify({ Version: '2012-10-17', Statement: rest }));
  try {
    return await work();
  } finally {
    await write(policy);
  }
}

function statementsIn(policy: string): readonly Statement[] {
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

async function keyOf(kms: KMSClient, alias: string): Promise<string> {
  return (await kms.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.KeyId ?? '';
}

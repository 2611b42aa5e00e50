import { BucketReplication } from '../common/aws/bucket-replication';
import { defineHandler } from '../common/define-handler';
import { ENV, REPLICATION_RULE } from './contract';

export interface PairObjectsOutput {
  /** The bucket that new versions are copied to. */
  readonly destination: string;
  readonly alreadyPaired: boolean;
}

export interface PairObjectsPorts {
  readonly peerBucket: string;
  readonly peerKeyArn: string;
  readonly roleArn: string;
  readonly replication: Pick<BucketReplication, 'destinations' | 'replaceBy'>;
}

/**
 * Has the standby region's objects copied back to the primary region, so that a failback finds what was written meanwhile.
 *
 * A template cannot say it: each bucket must exist before the other's rule. And it must be there before a failover, whose
 * path may not depend on S3's configuration: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 * May run twice: a rule that is there is left alone.
 */
export async function pairObjects(_input: unknown, { peerBucket, peerKeyArn, roleArn, replication }: PairObjectsPorts): Promise<PairObjectsOutput> {
  const alreadyPaired = (await replication.destinations()).includes(peerBucket);
  if (!alreadyPaired) await replication.replaceBy({ id: REPLICATION_RULE.standby, bucket: peerBucket, keyArn: peerKeyArn, roleArn });
  return { destination: peerBucket, alreadyPaired };
}

export const handler = defineHandler('warm-standby/pair-objects', pairObjects, (env) => ({
  peerBucket: env.required(ENV.PEER_BUCKET),
  peerKeyArn: env.required(ENV.PEER_DATA_KEY_ARN),
  roleArn: env.required(ENV.REPLICATION_ROLE_ARN),
  replication: BucketReplication.in({ region: env.region }, env.required(ENV.OWN_BUCKET)),
}));

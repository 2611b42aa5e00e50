import { Instances } from '../common/aws/instances';
import { defineHandler } from '../common/define-handler';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, FailoverRefused, NotReversible, PromotionFailed } from './contract';

/** `rebuild` makes this region a standby again; `undo` gives the old database its name back. */
export interface RebuildReplicaInput {
  readonly operationId: string;
  readonly mode: 'rebuild' | 'undo';
}

export interface RebuildReplicaOutput {
  readonly done: boolean;
  readonly status: string;
  /** Under which name the old database is kept. It runs and costs until somebody deletes it. */
  readonly keptAs: string;
}

export interface RebuildReplicaPorts {
  readonly region: string;
  readonly instance: string;
  readonly replica: { readonly sourceArn: string; readonly instanceClass: string; readonly subnetGroup: string; readonly securityGroupIds: readonly string[]; readonly parameterGroup: string; readonly kmsKeyArn: string };
  readonly instances: Pick<Instances, 'find' | 'rename' | 'createReplica'>;
  readonly register: Pick<AuthorityRegister, 'highest'>;
}

/**
 * Makes this region's database a replica of the other region's, one step a call, until it is done.
 *
 * The old database is renamed, not deleted: it holds what was lost. The replica gets its name, and with it the endpoint that
 * the tasks know. Undoing it renames again and deletes nothing either: a replica that was made makes room.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
 */
export async function rebuildReplica({ mode }: RebuildReplicaInput, { region, instance, replica, instances, register }: RebuildReplicaPorts): Promise<RebuildReplicaOutput> {
  const { authority } = await register.highest(['own', 'peer', 'witness']);
  if (!authority || authority.activeRegion === region) throw new FailoverRefused(`${region} is the active region: its database is the one that others replicate`);
  const keptAs = `${instance}-before-epoch-${authority.epoch}`;
  const [current, kept] = [await instances.find(instance), await instances.find(keptAs)];
  if (mode === 'undo') return undo({ current, kept, instance, keptAs, asideAs: `${instance}-undone-in-epoch-${authority.epoch}`, instances });
  if (current?.replicatesFrom !== undefined) return { done: current.status === 'available' && current.replicationStatus === 'replicating', status: current.status, keptAs };
  if (current && kept) throw new PromotionFailed(`both ${instance} and ${keptAs} exist and neither is a replica`, { instance, keptAs });
  if (current) {
    if (current.status === 'available') await instances.rename(instance, keptAs);
    return { done: false, status: `renaming to ${keptAs}`, keptAs };
  }
  if (kept?.status === 'available') await instances.createReplica({ identifier: instance, ...replica });
  return { done: false, status: kept ? `creating the replica` : `waiting for ${keptAs}`, keptAs };
}

type Found = Awaited<ReturnType<RebuildReplicaPorts['instances']['find']>>;

interface UndoInput {
  readonly current: Found;
  readonly kept: Found;
  readonly instance: string;
  readonly keptAs: string;
  /** Where a replica goes that has the name already. It runs and costs until somebody deletes it. */
  readonly asideAs: string;
  readonly instances: Pick<Instances, 'find' | 'rename'>;
}

async function undo({ current, kept, instance, keptAs, asideAs, instances }: UndoInput): Promise<RebuildReplicaOutput> {
  if (current?.replicatesFrom !== undefined) {
    if (!kept) throw new NotReversible(`${instance} is a replica and there is no ${keptAs} that could have its name back`, { instance, keptAs });
    if (await instances.find(asideAs)) throw new NotReversible(`${asideAs} is there already: delete it before the rebuild is undone once more`, { asideAs });
    if (current.status === 'available') await instances.rename(instance, asideAs);
    return { done: false, status: `renaming the replica to ${asideAs}`, keptAs };
  }
  if (current) return { done: current.status === 'available', status: current.status, keptAs };
  if (kept?.status === 'available') await instances.rename(keptAs, instance);
  return { done: false, status: 'renaming back', keptAs };
}

export const handler = defineHandler('warm-standby/rebuild-replica', rebuildReplica, (env) => ({
  region: env.region,
  instance: env.required(ENV.INSTANCE),
  replica: {
    sourceArn: env.required(ENV.PEER_INSTANCE_ARN),
    instanceClass: env.required(ENV.INSTANCE_CLASS),
    subnetGroup: env.required(ENV.SUBNET_GROUP),
    securityGroupIds: [env.required(ENV.DATABASE_GROUP)],
    parameterGroup: env.required(ENV.PARAMETER_GROUP),
    kmsKeyArn: env.required(ENV.DATA_KEY_ARN),
  },
  instances: Instances.in({ region: env.region }),
  register: new AuthorityRegister(registersOf(env)),
}));

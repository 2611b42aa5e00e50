import { Executions } from '../common/aws/executions';
import { Instances } from '../common/aws/instances';
import { RemoteFunction } from '../common/aws/remote-function';
import { defineHandler } from '../common/define-handler';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, NotReversible } from './contract';
import { FailoverRuns } from './failover-runs';
import type { OpenDatabaseInput } from './open-database';

export interface UndoFailoverOutput {
  readonly undone: boolean;
  /** The epoch in which the other region writes again. */
  readonly epoch: number | null;
}

export interface UndoFailoverPorts {
  readonly region: string;
  readonly peerRegion: string;
  readonly instance: string;
  readonly instances: Pick<Instances, 'find'>;
  readonly register: Pick<AuthorityRegister, 'own' | 'begin'>;
  readonly runs: Pick<FailoverRuns, 'ofEpoch' | 'note'>;
  readonly peerOpenDatabase: Pick<RemoteFunction, 'call'>;
  /** Runs of the workflow that makes this region a standby: here nothing is left to do for it but to take tasks away. */
  readonly rebuilds: Pick<Executions, 'start'>;
  readonly now: () => Date;
}

/**
 * Gives the active role back after a failover that stopped before it promoted, opens the other region's database again, and
 * lets the tasks go that were started here.
 *
 * A promoted database cannot become a replica again: from there the way leads on, and back by failback. May run twice: it is
 * undone only once all of it is done.
 */
export async function undoFailover(_input: unknown, { region, peerRegion, instance, instances, register, runs, peerOpenDatabase, rebuilds, now }: UndoFailoverPorts): Promise<UndoFailoverOutput> {
  const held = await register.own();
  if (!held) return { undone: false, epoch: null };
  // The role may have been given back by a call that did not come to its end.
  const isGivenBack = held.activeRegion !== region;
  const failedEpoch = isGivenBack ? held.epoch - 1 : held.epoch;
  const run = await runs.ofEpoch(failedEpoch);
  if (isGivenBack && run?.status !== 'failed') return { undone: false, epoch: null };
  if (run?.status !== 'failed') throw new NotReversible(`the failover of epoch ${failedEpoch} is ${run?.status ?? 'not of this region'}; only one that stopped can be undone`);
  const found = await instances.find(instance);
  if (found?.replicatesFrom === undefined) throw new NotReversible(`instance ${instance} is promoted: resume the failover, and come back by failback`, { instance });
  const epoch = failedEpoch + 1;
  await register.begin({ epoch, activeRegion: peerRegion }, ['witness', 'own', 'peer'], 'undo-failover', now().toISOString());
  const input: OpenDatabaseInput = { operationId: `epoch-${epoch}`, epoch };
  await peerOpenDatabase.call(input);
  await rebuilds.start(`undo-of-epoch-${failedEpoch}`, { mode: 'rebuild' });
  await runs.note(failedEpoch, { status: 'undone' });
  return { undone: true, epoch };
}

export const handler = defineHandler('warm-standby/undo-failover', undoFailover, (env) => {
  const peer = { region: env.required(ENV.PEER_REGION) };
  return {
    region: env.region,
    peerRegion: peer.region,
    instance: env.required(ENV.INSTANCE),
    instances: Instances.in({ region: env.region }),
    register: new AuthorityRegister(registersOf(env)),
    runs: FailoverRuns.in(env),
    rebuilds: Executions.in({ region: env.region }, env.required(ENV.REBUILD_MACHINE_ARN)),
    peerOpenDatabase: RemoteFunction.in(peer, env.required(ENV.PEER_OPEN_FUNCTION)),
    now: () => new Date(),
  };
});

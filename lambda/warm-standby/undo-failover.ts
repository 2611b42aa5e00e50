import { Executions, isUnderWay } from '../common/aws/executions';
import { Instances } from '../common/aws/instances';
import { RemoteFunction } from '../common/aws/remote-function';
import { defineHandler } from '../common/define-handler';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, NotReversible } from './contract';
import { FailoverRuns, type RunRecord } from './failover-runs';
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
  readonly failovers: Pick<Executions, 'statusOf'>;
  /** Runs of the workflow that makes this region a standby: here nothing is left to do for it but to take tasks away. */
  readonly rebuilds: Pick<Executions, 'start'>;
  readonly now: () => Date;
}

/** A replica of these is not being promoted. */
const UNCHANGED: ReadonlySet<string> = new Set(['available', 'backing-up']);

/**
 * Gives the active role back after a failover that stopped before it promoted, opens the other region's database again, and
 * lets the tasks go that were started here.
 *
 * A promoted database cannot become a replica again: from there the way leads on, and back by failback. May run twice: it is
 * undone only once all of it is done.
 */
export async function undoFailover(_input: unknown, { region, peerRegion, instance, instances, register, runs, peerOpenDatabase, failovers, rebuilds, now }: UndoFailoverPorts): Promise<UndoFailoverOutput> {
  const held = await register.own();
  if (!held) return { undone: false, epoch: null };
  // The role may have been given back by a call that did not come to its end.
  const isGivenBack = held.activeRegion !== region;
  const failedEpoch = isGivenBack ? held.epoch - 1 : held.epoch;
  const run = await runs.ofEpoch(failedEpoch);
  const hasStopped = await stopped(run, failovers);
  if (isGivenBack && !hasStopped) return { undone: false, epoch: null };
  if (!hasStopped) throw new NotReversible(`the failover of epoch ${failedEpoch} is ${run?.status ?? 'not of this region'}; only one that stopped can be undone`);
  const found = await instances.find(instance);
  if (found?.replicatesFrom === undefined) throw new NotReversible(`instance ${instance} is promoted: resume the failover, and come back by failback`, { instance });
  if (!UNCHANGED.has(found.status)) throw new NotReversible(`instance ${instance} is ${found.status}, its promotion may have begun: resume the failover, and come back by failback`, { instance, status: found.status });
  const epoch = failedEpoch + 1;
  await register.begin({ epoch, activeRegion: peerRegion }, ['witness', 'own', 'peer'], 'undo-failover', now().toISOString());
  const input: OpenDatabaseInput = { operationId: `epoch-${epoch}`, epoch };
  await peerOpenDatabase.call(input);
  await rebuilds.start(`undo-of-epoch-${failedEpoch}`, { mode: 'rebuild' });
  await runs.note(failedEpoch, { status: 'undone' });
  return { undone: true, epoch };
}

/** Its execution tells: one that was aborted, or ran out of its time, could not note its end itself. */
async function stopped(run: RunRecord | undefined, failovers: UndoFailoverPorts['failovers']): Promise<boolean> {
  if (run === undefined || run.status === 'succeeded' || run.status === 'undone') return false;
  return !isUnderWay(await failovers.statusOf(run.operationId));
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
    failovers: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
    rebuilds: Executions.in({ region: env.region }, env.required(ENV.REBUILD_MACHINE_ARN)),
    peerOpenDatabase: RemoteFunction.in(peer, env.required(ENV.PEER_OPEN_FUNCTION)),
    now: () => new Date(),
  };
});

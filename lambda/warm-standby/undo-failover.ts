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
  readonly now: () => Date;
}

/** Gives the active role back after a failover that stopped before it promoted. A promoted database cannot become a replica again: from there the way leads on, and back by failback. */
export async function undoFailover(_input: unknown, { region, peerRegion, instance, instances, register, runs, peerOpenDatabase, now }: UndoFailoverPorts): Promise<UndoFailoverOutput> {
  const held = await register.own();
  if (!held || held.activeRegion !== region) return { undone: false, epoch: null };
  const run = await runs.ofEpoch(held.epoch);
  if (run?.status !== 'failed') throw new NotReversible(`the failover of epoch ${held.epoch} is ${run?.status ?? 'not of this region'}; only one that stopped can be undone`);
  const found = await instances.find(instance);
  if (found?.replicatesFrom === undefined) throw new NotReversible(`instance ${instance} is promoted: resume the failover, and come back by failback`, { instance });
  const epoch = held.epoch + 1;
  await register.begin({ epoch, activeRegion: peerRegion }, ['witness', 'own', 'peer'], 'undo-failover', now().toISOString());
  const input: OpenDatabaseInput = { operationId: `epoch-${epoch}`, epoch };
  await peerOpenDatabase.call(input);
  await runs.note(held.epoch, { status: 'undone' });
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
    peerOpenDatabase: RemoteFunction.in(peer, env.required(ENV.PEER_OPEN_FUNCTION)),
    now: () => new Date(),
  };
});

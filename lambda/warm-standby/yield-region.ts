import { SecurityGroup } from '../common/aws/security-group';
import { defineHandler } from '../common/define-handler';
import { AuthorityRegister, registersOf } from './authority-register';
import { type Drained, ENV, EpochOvertaken } from './contract';
import { OwnDatabase } from './database-session';
import { FailoverRuns } from './failover-runs';
import { fenceDatabase, type FencePorts } from './fence-database';

export interface YieldRegionInput {
  readonly operationId: string;
  /** The epoch that begins elsewhere. */
  readonly epoch: number;
  readonly activeRegion: string;
}

export interface YieldRegionPorts extends FencePorts {
  readonly register: Pick<AuthorityRegister, 'remember' | 'own'>;
  readonly runs: Pick<FailoverRuns, 'handsOver'>;
}

/** Gives the active role away in an orderly manner: called by the region that takes over, while this one is well. */
export async function yieldRegion({ epoch, activeRegion }: YieldRegionInput, ports: YieldRegionPorts): Promise<Drained> {
  const held = await ports.register.own();
  if (held && held.epoch > epoch) throw new EpochOvertaken(`epoch ${epoch} is overtaken by ${held.epoch} of ${held.activeRegion}`, { ...held });
  const at = ports.now().toISOString();
  await ports.register.remember({ epoch, activeRegion }, at);
  await ports.runs.handsOver(epoch, at);
  return fenceDatabase(ports);
}

export const handler = defineHandler('warm-standby/yield-region', yieldRegion, (env) => ({
  database: OwnDatabase.from(env),
  ingress: SecurityGroup.in({ region: env.region }, env.required(ENV.DATABASE_GROUP)),
  applicationGroupId: env.required(ENV.APP_GROUP),
  register: new AuthorityRegister(registersOf(env)),
  runs: FailoverRuns.in(env),
  now: () => new Date(),
}));

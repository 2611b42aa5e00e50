import { defineHandler } from '../common/define-handler';
import { AuthorityRegister, registersOf } from './authority-register';
import { LEASE_SECONDS, type StepInput } from './contract';

export interface RaiseAuthorityOutput {
  readonly at: string;
  /** How long to wait until the other region's lease has ended for certain, unless it has yielded. */
  readonly leaseEndsInSeconds: number;
}

export interface RaiseAuthorityPorts {
  readonly region: string;
  readonly register: Pick<AuthorityRegister, 'begin'>;
  readonly now: () => Date;
}

/** Begins the epoch in this region and at the witness: from now on nobody confirms the other region's lease. */
export async function raiseAuthority({ run }: StepInput, { region, register, now }: RaiseAuthorityPorts): Promise<RaiseAuthorityOutput> {
  const at = now().toISOString();
  await register.begin({ epoch: run.epoch, activeRegion: region }, ['witness', 'own'], run.operationId, at);
  return { at, leaseEndsInSeconds: LEASE_SECONDS };
}

export const handler = defineHandler('warm-standby/raise-authority', raiseAuthority, (env) => ({
  region: env.region,
  register: new AuthorityRegister(registersOf(env)),
  now: () => new Date(),
}));

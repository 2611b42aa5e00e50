import type { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { HoldfastStack } from '../shared/holdfast-stack';
import { SystemKey } from '../shared/system-key';
import { namesOf } from './names';
import { StateTable } from './state-table';

export interface WitnessStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: WarmStandbyConfig;
}

/** The third region: one table, which decides when the two regions cannot hear each other. */
export class WitnessStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config }: WitnessStackProps) {
    super(scope, id, { env, system: 'warm-standby', description: `Bears witness to which region of ${config.name} may write` });
    const names = namesOf(config, env.account);
    const key = new SystemKey(this, 'Key', { alias: `${names.prefix}-witness`, description: `Witness of ${config.name}`, users: [] });
    new StateTable(this, 'State', names.table, key);
  }
}

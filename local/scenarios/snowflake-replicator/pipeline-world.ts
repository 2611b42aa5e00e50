import type { SnowflakeReplicatorConfig } from '../../../lib/config/snowflake-replicator';
import type { WarehouseProcess } from '../../cloud/engines/snowflake/process/warehouse-process';
import type { VaultEngine } from '../../cloud/engines/vault/vault-engine';
import type { Place } from '../../cloud/gateway/service';
import type { ClientMachine, DatabaseLogin } from '../../rehearsal/client-machine';

/** What a pipeline works with. */
export interface PipelineWorld {
  readonly config: SnowflakeReplicatorConfig;
  readonly place: Place;
  readonly vault: VaultEngine;
  readonly warehouse: WarehouseProcess;
  /** Made by the first scenario: it is in the network that the deployment makes. */
  source: Promise<SourceCluster> | undefined;
  /** Both sides were compared and equal, and nobody has changed anything since. */
  areSidesEqual: boolean;
}

/** The source and somebody at a machine beside it. */
export interface SourceCluster {
  readonly administrator: DatabaseLogin;
  readonly bastion: ClientMachine;
  readonly instanceIdentifier: string;
}

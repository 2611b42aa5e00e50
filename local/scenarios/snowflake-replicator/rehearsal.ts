import type { SystemRehearsal } from '../../rehearsal/scenario';
import { fullLoad } from './full-load';
import { createWorld, type PipelineWorld } from './world';

/** What is rehearsed of the pipelines to Snowflake. */
export const snowflakeReplicatorRehearsal: SystemRehearsal<PipelineWorld> = {
  system: 'snowflake-replicator',
  prepare: createWorld,
  scenarios: [fullLoad],
  cannotProve: [
    'Snowflake is a stand-in here: docs/warehouse-stand-in.md says what it imitates and which commands settle the rest in a trial account',
    'Vault is a stand-in that was compared with a real one by test/conformance/vault.test.ts; its own way to the database is not part of the network',
    'PostgreSQL has the clock of the machine, from which that of the cloud runs away: figures of lag mean nothing here',
  ],
};

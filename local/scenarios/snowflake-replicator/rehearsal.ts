import { nextMonday } from '../../rehearsal/next-monday';
import type { SystemRehearsal } from '../../rehearsal/scenario';
import { corruptedRow } from './corrupted-row';
import { crashedSource } from './crashed-source';
import { dayOfChanges } from './day-of-changes';
import { deletedRows } from './deleted-rows';
import { fullLoad } from './full-load';
import { hourly } from './hourly';
import { killedFunctions } from './killed-functions';
import { lostLease } from './lost-lease';
import { schemaChange } from './schema-change';
import { sealedVault } from './sealed-vault';
import { troubledSnowflake } from './troubled-snowflake';
import { twoAtOnce } from './two-at-once';
import type { PipelineWorld } from './pipeline-world';
import { workloadIdentity } from './workload-identity';
import { createWorld, sourceOf } from './world';

/** What is rehearsed of the pipelines to Snowflake. */
export const snowflakeReplicatorRehearsal: SystemRehearsal<PipelineWorld> = {
  system: 'snowflake-replicator',
  prepare: createWorld,
  furnish: async (stage) => {
    await sourceOf(stage);
    const { url, token } = stage.world.warehouse.door;
    return { HOLDFAST_WAREHOUSE: url, HOLDFAST_WAREHOUSE_TOKEN: token };
  },
  // Nine hours before the nightly comparison of the example.
  startAt: () => nextMonday(8),
  clouds: [
    [fullLoad, dayOfChanges, schemaChange, deletedRows, corruptedRow, crashedSource, sealedVault, lostLease, twoAtOnce, hourly],
    [troubledSnowflake, killedFunctions, workloadIdentity],
  ],
  roleKind: (role) => role.replace(/-verify-schedule$/, '-schedule'),
  cannotProve: [
    'Snowflake is a stand-in here: docs/warehouse-stand-in.md says what it imitates and which commands settle the rest in a trial account',
    'Vault is a stand-in that was compared with a real one by test/conformance/vault.test.ts; its own way to the database is not part of the network',
    'PostgreSQL has the clock of the machine, from which that of the cloud runs away: figures of lag mean nothing here',
  ],
};

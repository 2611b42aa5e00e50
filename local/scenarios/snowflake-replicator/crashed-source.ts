import { regionalArn } from '../../cloud/gateway/arn';
import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { loadedShop } from './loaded';
import { checkSucceeded, request } from './replicate';
import { soon } from './soon';
import type { PipelineWorld, SourceCluster } from './pipeline-world';

const RECOVERY_MS = 20_000;

/** The machine of the database is lost while rows are being read from it. */
export const crashedSource: Scenario<PipelineWorld> = {
  name: 'crashed-source',
  title: 'PostgreSQL is killed in mid-COPY and comes back: the run goes on by itself',
  async run(stage) {
    const source = await loadedShop(stage, 'crash');
    const { place } = stage.world;
    const executionArn = await stage.step('a full load begins', () => request(stage, { operationId: 'crash-1', mode: 'full', tables: ['sales.order_lines'] }));
    await stage.step('PostgreSQL is killed while it sends rows', async () => {
      await copyIsRunning(source);
      await stage.cloud.services.databases.rds.crash(regionalArn('rds', place, `db:${source.instanceIdentifier}`), RECOVERY_MS);
    });
    const outcome = await stage.step('the run goes on', () => stage.executionEnd(place, executionArn), ({ status }) => [status]);
    await checkSucceeded(stage, outcome, 'the run that was interrupted');
    await checkEqual(stage);
  },
};

async function copyIsRunning({ bastion, administrator }: SourceCluster): Promise<void> {
  await bastion.query(administrator, (client) =>
    soon('a COPY', async () => ((await client.query(`SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'`)).rowCount ? true : undefined)),
  );
}

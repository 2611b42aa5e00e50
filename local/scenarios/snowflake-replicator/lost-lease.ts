import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { replicate, request } from './replicate';
import { soon } from './soon';
import type { PipelineWorld } from './pipeline-world';

const DENIED = { kind: 'status', status: 403, errors: ['permission denied'] } as const;

/** What Vault has lent is taken back too early. */
export const lostLease: Scenario<PipelineWorld> = {
  name: 'lost-lease',
  title: 'The token of a run expires, another loses its login for PostgreSQL in mid-work: later runs bring everything',
  async run(stage) {
    const { vault, place } = stage.world;
    const source = await loadedShop(stage, 'lease');
    await changeSome(source, 'before the token expired');
    const heal = vault.injectFault({ effect: DENIED, pathPrefix: 'database/creds', times: 1 });
    const expired = await stage.step('a run one of whose tokens has expired', async () => stage.executionEnd(place, await request(stage, { operationId: 'lease-1' })), ({ status }) => [status]);
    heal();
    stage.check(expired.status === 'FAILED', 'it fails at once: a token that Vault does not know will not become one');
    await changeSome(source, 'before the lease was lost');
    const losing = await request(stage, { operationId: 'lease-2' });
    await stage.step('an operator revokes every lease while a run works', async () => {
      await soon('something is lent', () => (vault.leaseIds.length > 0 ? true : undefined));
      await vault.revokeLeases();
      await source.bastion.query(source.administrator, (client) => client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdfast-replicator%'`));
    });
    const { status } = await stage.executionEnd(place, losing);
    stage.note(`the run that was interrupted ended as ${status}`);
    await replicate(stage, 'the next run', { operationId: 'lease-3' });
    await checkEqual(stage);
  },
};

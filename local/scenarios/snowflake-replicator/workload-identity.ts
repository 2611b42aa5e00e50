import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { loadedShop } from './loaded';
import { functionName, replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';
import { WORKERS } from './world';

const OPERATION = 'identity-1';

/** Keys are given up for the identities that functions have anyway. */
export const workloadIdentity: Scenario<PipelineWorld> = {
  name: 'workload-identity',
  title: 'Functions log in to Snowflake by their own roles, without any key: AWS says who they are',
  async run(stage) {
    const { bastion, administrator } = await loadedShop(stage, 'identity');
    await bastion.query(administrator, (client) => client.query(`UPDATE sales.products SET price = price + 2 WHERE sku LIKE 'SKU-2%'`));
    await stage.step('Snowflake gets a user for the role of each function', () => createUsers(stage.world));
    const restore = await stage.step('the pipeline is set to log in by workload identity', () => withoutKey(stage));
    await replicate(stage, 'a run without a key', { operationId: OPERATION, tables: ['sales.products'] });
    await restore();
    const statements = (await stage.world.warehouse.statements()).filter(({ queryTag }) => queryTag.endsWith(` ${OPERATION}`));
    const users = [...new Set(statements.map(({ user }) => user))].sort();
    stage.check(users.join() === userOf('replicate-table'), 'the function was known to Snowflake by its role', ...users);
    await checkEqual(stage);
  },
};

/** As the runbook says: a user of Snowflake has one AWS role. */
async function createUsers(world: PipelineWorld): Promise<void> {
  const { config, place, warehouse } = world;
  const { role } = config.snowflake;
  for (const operation of WORKERS) {
    await warehouse.createUser({ name: userOf(operation), type: 'SERVICE', roles: [role], defaultRole: role, workloadIdentityArn: `arn:aws:iam::${place.account}:role/${functionName(world, operation)}` });
  }
}

function userOf(operation: string): string {
  return operation.toUpperCase().replaceAll('-', '_');
}

/** Changes the settings as a deployment would; answers what puts them back. */
async function withoutKey(stage: Stage<PipelineWorld>): Promise<() => Promise<unknown>> {
  const { config, place } = stage.world;
  const ssm = stage.client(SSMClient, place);
  const Name = `/holdfast/snowflake-replicator/${config.name}/pipeline`;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const before = Parameter?.Value ?? '';
  const put = (Value: string) => ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  const settings = JSON.parse(before) as { readonly snowflake: object };
  await put(JSON.stringify({ ...settings, snowflake: { ...settings.snowflake, login: { kind: 'workload-identity' } } }));
  return () => put(before);
}

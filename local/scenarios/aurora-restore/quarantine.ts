import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { DBCluster } from '@aws-sdk/client-rds';
import { ENV } from '../../../lambda/aurora-restore/contract';
import type { Stage } from '../../rehearsal/stage';
import { machineBeside } from './machine-beside';
import type { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** Fails the scenario unless the cluster answers and is closed to its clients: in the group that lets nobody in, so that a machine of theirs does not get as far as a login. */
export async function checkQuarantined(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, cluster: DBCluster | undefined): Promise<void> {
  const { Environment } = await stage.client(LambdaClient, pipeline.target).send(new GetFunctionConfigurationCommand({ FunctionName: pipeline.functionName('open-network') }));
  const closed = Environment?.Variables?.[ENV.QUARANTINE_SECURITY_GROUP];
  const groups = (cluster?.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId).join();
  stage.check(cluster?.Status === 'available' && closed !== undefined && groups === closed, `${cluster?.DBClusterIdentifier ?? 'no cluster'} stays in quarantine`, groups);
  const machine = await machineBeside(stage, pipeline, cluster?.DBSubnetGroup ?? '');
  const nobody = { host: cluster?.Endpoint ?? '', port: 5432, database: 'postgres', user: 'nobody', password: 'none' };
  const answer = await machine.query(nobody, () => Promise.resolve('it is let in')).catch((error: unknown) => (error as Error).message);
  stage.check(answer.endsWith(': drop'), 'a machine of its clients gets no answer', answer);
}

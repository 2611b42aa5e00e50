import { ENV } from '../../../lambda/aurora-restore/contract';
import { AuditLog } from '../../../lambda/common/audit-log';
import { Bucket } from '../../../lambda/common/aws/bucket';
import { Clusters } from '../../../lambda/common/aws/clusters';
import { DynamoTable } from '../../../lambda/common/aws/dynamo-table';
import { Executions } from '../../../lambda/common/aws/executions';
import { RemoteFunction } from '../../../lambda/common/aws/remote-function';
import { Secret } from '../../../lambda/common/aws/secret';
import { InvalidEnvironment, InvalidInput } from '../../../lambda/common/errors';
import { namesOf, type PipelineNames } from '../../../lib/aurora-restore/names';
import type { AuroraRestoreConfig } from '../../../lib/config/aurora-restore';
import { environmentOf, type Deployment } from '../../../lib/config/deployment';
import type { Operator } from '../../command-line/operator';

/** A deployed restore pipeline, seen from the account that restores. */
export interface Pipeline {
  readonly config: AuroraRestoreConfig;
  readonly executions: Executions;
  readonly states: DynamoTable;
  readonly audit: AuditLog;
  readonly evidence: Bucket;
  readonly manifests: Bucket;
  readonly clusters: Clusters;
  readonly appSecret: Secret;
  /** Calls one of its functions by the name of its operation. */
  call<Output>(operation: string, input: unknown): Promise<Output>;
}

/** The configuration and names of a pipeline. Raises `InvalidInput` naming those that there are. */
export function findPipeline(deployment: Deployment, name: string): { readonly config: AuroraRestoreConfig; readonly names: PipelineNames } {
  const config = deployment.auroraRestore.find((candidate) => candidate.name === name);
  if (!config) {
    const known = deployment.auroraRestore.map((candidate) => candidate.name);
    throw new InvalidInput(`deployment ${deployment.name}`, [`pipeline: ${JSON.stringify(name)} is not allowed, expected one of ${known.join(', ')}`]);
  }
  const accountOf = (place: AuroraRestoreConfig['source'] | AuroraRestoreConfig['target']) => environmentOf(deployment, place).account;
  return { config, names: namesOf(config, { sourceAccount: accountOf(config.source), targetAccount: accountOf(config.target) }) };
}

/** Opens a pipeline with the operator's credentials. What it works on is read from its deployed function, so it is what runs there, not what was meant to. */
export async function openPipeline(operator: Operator, name: string): Promise<Pipeline> {
  const { config, names } = findPipeline(operator.deployment(), name);
  const target = await operator.actIn(config.target);
  const remote = (operation: string) => RemoteFunction.in(target, names.functionName(operation));
  const deployed = await remote('request-restore').environment();
  const setting = (variable: string) => {
    const value = deployed[variable];
    if (value === undefined) throw new InvalidEnvironment(`function ${names.functionName('request-restore')} was deployed without ${variable}: deploy the pipeline again`);
    return value;
  };
  const table = (variable: string) => DynamoTable.in(target, setting(variable));
  return {
    config,
    executions: Executions.in(target, setting(ENV.STATE_MACHINE_ARN)),
    states: table(ENV.STATE_TABLE),
    audit: new AuditLog({ table: table(ENV.AUDIT_TABLE), now: () => new Date() }),
    evidence: Bucket.in(target, setting(ENV.EVIDENCE_BUCKET)),
    manifests: Bucket.in({ region: setting(ENV.MANIFEST_BUCKET_REGION) }, setting(ENV.MANIFEST_BUCKET)),
    clusters: Clusters.in(target),
    appSecret: Secret.in(target, setting(ENV.APP_SECRET_ARN)),
    call: (operation, input) => remote(operation).call(input),
  };
}

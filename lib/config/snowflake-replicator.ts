import * as z from 'zod/mini';
import { pipelineSchema, tableName, tableSchema } from '../../lambda/snowflake-replicator/settings';
import { addressRange, cidr, existingNetwork, httpsUrl, location, schedule, secretArn, securityGroupId, subnetId, wholeNumber } from './fields';

/** Part of the names of functions and roles, which have 64 characters. */
const pipelineName = z.string().check(z.regex(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/, '3 to 20 lower-case letters, digits and hyphens, starting with a letter'));

/** https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html */
const endpointService = z.string().check(z.regex(/^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}$/, "an endpoint service such as com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60001, from SYSTEM$GET_PRIVATELINK_CONFIG's privatelink-vpce-id"));

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = z.string().check(z.regex(/^(?!.*\.amazonaws\.com)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket, without the .s3.<region>.amazonaws.com of its address"));

const privateAccessUrl = z
  .string()
  .check(z.regex(/^https:\/\/[a-z0-9_.-]+\.privatelink\.snowflakecomputing\.com$/, 'https://<account>.<region>.privatelink.snowflakecomputing.com, from SYSTEM$GET_PRIVATELINK_CONFIG'));

/** A network of the pipeline's own, laid out as in the runbook, or the one that the source is in. */
const replicatorNetwork = z.union(
  [
    z.strictObject({ cidr: cidr.check(z.regex(/\.0\.0\/16$/, 'a block of 16 bits, such as 10.0.0.0/16')) }),
    z.strictObject({
      ...existingNetwork.shape,
      /** Where the endpoint of Snowflake is made, with `endpointService`. The endpoints of AWS's APIs and the route to Vault are the owner's; the runbook lists them. */
      endpointSubnetIds: z.optional(z.array(subnetId).check(z.minLength(1))),
      /** Of the source cluster; gets a rule that lets the functions in. */
      databaseSecurityGroupId: securityGroupId,
    }),
  ],
  'either { cidr } to create a network or { vpcId, subnetIds, availabilityZones, endpointSubnetIds, databaseSecurityGroupId } to use one',
);

const vaultLogin = z.discriminatedUnion('kind', [
  /** By the functions' own roles, which Vault's role must be bound to. */
  z.strictObject({
    kind: z.literal('aws'),
    mount: z._default(z.string().check(z.minLength(1)), 'aws'),
    role: z.string().check(z.minLength(1)),
    /** `iam_server_id_header_value` of the mount: what makes a login of use to this Vault only. */
    serverId: z.string().check(z.minLength(1)),
  }),
  /** By a token in a secret, `{"token": "..."}`. */
  z.strictObject({ kind: z.literal('token'), secretArn }),
]);

/** One pipeline: tables of one PostgreSQL cluster that arrive in one schema of Snowflake. */
export const snowflakeReplicator = z.strictObject({
  name: pipelineName,
  ...location.shape,
  network: replicatorNetwork,
  source: pipelineSchema.shape.source,
  vault: z.strictObject({
    address: httpsUrl,
    namespace: z.optional(z.string().check(z.minLength(1))),
    /** Where Vault answers: the only destinations that are routed through NAT. */
    addresses: z.array(addressRange).check(z.minLength(1)),
    login: vaultLogin,
    ...pipelineSchema.shape.vault.def.innerType.shape,
  }),
  snowflake: z.strictObject({
    ...pipelineSchema.shape.snowflake.shape,
    accessUrl: privateAccessUrl,
    /** Without it Snowflake's endpoint and private name are there already: a network can have that zone once. */
    endpointService: z.optional(endpointService),
    /** Of the account's internal stage, `privatelink-internal-stage`; the endpoint of S3 lets nothing pass to other buckets. */
    stageBucket: bucketName,
  }),
  /** Settings of each table, by `schema.table`. */
  tables: z.record(tableName, tableSchema),
  limits: pipelineSchema.shape.limits,
  /** When changes are brought over. */
  schedule: z.optional(schedule),
  /** When both sides are compared. */
  verifySchedule: z.optional(schedule),
  objectives: z.strictObject({
    /** Longest that a change may take to arrive. */
    lagMinutes: wholeNumber(5, 24 * 60),
    /** Longest that a run may take. */
    runHours: wholeNumber(1, 24 * 7),
    /** Longest that one statement in the source should take. */
    sourceQuerySeconds: z._default(wholeNumber(1, 3600), 300),
  }),
});
export type SnowflakeReplicatorConfig = z.output<typeof snowflakeReplicator>;

/** Contradictions within one pipeline, each with the path of its field. */
export function snowflakeReplicatorProblems(pipelines: readonly SnowflakeReplicatorConfig[]): string[] {
  return pipelines.flatMap(({ region, tables, snowflake, vault, network }, index) => {
    const path = `snowflakeReplicator.${index}`;
    const masked = Object.values(tables).some(({ columns }) => Object.values(columns).some(({ mask }) => mask?.kind === 'hash'));
    return [
      ...(Object.keys(tables).length === 0 ? [`${path}.tables: is empty, expected at least one table`] : []),
      ...endpointProblems(snowflake.endpointService, network, region).map((problem) => `${path}.${problem}`),
      ...(masked && vault.pepperPath === undefined ? [`${path}.vault.pepperPath: is missing, expected the secret with the pepper, because a column is hashed`] : []),
    ];
  });
}

function endpointProblems(service: string | undefined, network: SnowflakeReplicatorConfig['network'], region: string): string[] {
  if ('cidr' in network && service === undefined) return ['snowflake.endpointService: is missing, expected the service, because a new network has no endpoint of it'];
  if (!('cidr' in network) && (service === undefined) !== (network.endpointSubnetIds === undefined)) return ['network.endpointSubnetIds: expected together with snowflake.endpointService, or neither where the network has Snowflake\'s endpoint already'];
  return service === undefined || service.includes(`.${region}.`) ? [] : [`snowflake.endpointService: ${JSON.stringify(service)} is not in ${region}`];
}

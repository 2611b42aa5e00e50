import { parseDeployment } from '../../../../lib/config/deployment';
import { environment } from '../../../../lib/config/environments/example';

type Pipeline = NonNullable<typeof environment.snowflakeReplicator>[number];

const ADOPTED = { vpcId: 'vpc-0a1b2c3d4e5f60001', subnetIds: ['subnet-0a1b2c3d4e5f60001'], availabilityZones: ['ap-southeast-2a'], databaseSecurityGroupId: 'sg-0a1b2c3d4e5f60001' };

/** The example with its pipeline changed. */
function deploymentWith(change: (pipeline: Pipeline) => object): () => unknown {
  const [pipeline] = environment.snowflakeReplicator!;
  return () => parseDeployment({ ...environment, auroraRestore: [], redshiftBackup: [], snowflakeReplicator: [change(pipeline!)] });
}

describe('the description of a pipeline to Snowflake', () => {
  it('completes what was left out, as the functions would', () => {
    const { snowflakeReplicator } = parseDeployment(environment);

    expect(snowflakeReplicator[0]?.tables['sales.products']).toMatchObject({ mode: 'full', cursor: { kind: 'xmin' }, deletes: 'soft', drift: 'evolve', proof: 'always' });
    expect(snowflakeReplicator[0]?.limits).toMatchObject({ partitions: 2, readers: 2 });
  });

  it.each([
    ['a setting of a table that does not exist', (pipeline: Pipeline) => ({ ...pipeline, tables: { 'sales.orders': { moed: 'full' } } }), /tables\.sales\.orders\.moed: unknown field/],
    ['a table without its schema', (pipeline: Pipeline) => ({ ...pipeline, tables: { orders: {} } }), /tables\.orders.*schema\.table/],
    ['a pipeline without tables', (pipeline: Pipeline) => ({ ...pipeline, tables: {} }), /tables: is empty/],
    ['a hashed column without a pepper', (pipeline: Pipeline) => ({ ...pipeline, vault: { ...pipeline.vault, pepperPath: undefined } }), /vault\.pepperPath: is missing/],
    ['an address of Snowflake on the internet', (pipeline: Pipeline) => ({ ...pipeline, snowflake: { ...pipeline.snowflake, accessUrl: 'https://xy12345.snowflakecomputing.com' } }), /accessUrl.*privatelink/],
    ['an endpoint service of another region', (pipeline: Pipeline) => ({ ...pipeline, region: 'eu-west-1' }), /endpointService: .* is not in eu-west-1/],
    ['a new network without the endpoint service', (pipeline: Pipeline) => ({ ...pipeline, snowflake: { ...pipeline.snowflake, endpointService: undefined } }), /snowflake\.endpointService: is missing/],
    ['an endpoint service in a network without subnets for it', (pipeline: Pipeline) => ({ ...pipeline, network: ADOPTED }), /network\.endpointSubnetIds: expected together with snowflake\.endpointService/],
    ['subnets for an endpoint that is there already', (pipeline: Pipeline) => ({ ...pipeline, network: { ...ADOPTED, endpointSubnetIds: ['subnet-0a1b2c3d4e5f60002'] }, snowflake: { ...pipeline.snowflake, endpointService: undefined } }), /network\.endpointSubnetIds/],
    ["the stage's address for its bucket", (pipeline: Pipeline) => ({ ...pipeline, snowflake: { ...pipeline.snowflake, stageBucket: 'sfc-au-ds1-customer-stage.s3.ap-southeast-2.amazonaws.com' } }), /stageBucket.*without the \.s3/],
    ['a block that the layout does not fit', (pipeline: Pipeline) => ({ ...pipeline, network: { cidr: '10.0.0.0/20' } }), /network/],
    ['an account that the deployment does not have', (pipeline: Pipeline) => ({ ...pipeline, account: 'nobody' }), /snowflakeReplicator\.0\.account: "nobody" is not allowed/],
  ])('refuses %s', (_, change, message) => {
    expect(deploymentWith(change)).toThrow(message);
  });
});

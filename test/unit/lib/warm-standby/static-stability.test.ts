import { App, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type Construct } from 'constructs';
import { checkStaticStability, type StaticStability } from '../../../../lib/warm-standby/static-stability';

const ACCOUNT = '111111111111';

/** A stack of the standby region whose failover runs and rests on these. */
function synthesize(parts: (stack: Stack) => StaticStability['parts'], rest: Partial<Pick<StaticStability, 'names' | 'reaching'>> = {}): void {
  const app = new App();
  const stack = new Stack(app, 'Standby', { env: { account: ACCOUNT, region: 'us-west-2' } });
  checkStaticStability(stack, { system: 'shop', region: 'us-west-2', peerRegion: 'ap-southeast-2', witnessRegion: 'ap-northeast-1', parts: parts(stack), names: {}, ...rest });
  app.synth();
}

function roleThatMay(stack: Stack, action: string, resource: string): Construct {
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  return role;
}

const functionWith = (stack: Stack, variables: Record<string, string>) => new CfnFunction(stack, 'Function', { role: 'arn:aws:iam::111111111111:role/x', code: { zipFile: 'x' }, handler: 'index.handler', runtime: 'nodejs24.x', environment: { variables } });

describe('checkStaticStability', () => {
  it('is content with what is in the region, at the witness, or only says where the other region is', () => {
    expect(() =>
      synthesize((stack) => ({
        'function raise-authority': roleThatMay(stack, 'dynamodb:PutItem', `arn:aws:dynamodb:ap-northeast-1:${ACCOUNT}:table/x`),
        'function read-evidence': functionWith(stack, { PEER_REGION: 'ap-southeast-2', BUCKET: 'reports-us-west-2' }),
        database: new CfnDBInstance(stack, 'Database', { sourceDbInstanceIdentifier: `arn:aws:rds:ap-southeast-2:${ACCOUNT}:db:shop`, kmsKeyId: `arn:aws:kms:us-west-2:${ACCOUNT}:key/mrk-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d` }),
      })),
    ).not.toThrow();
  });

  it.each<[string, (stack: Stack) => StaticStability['parts'], RegExp]>([
    ['a permission in the lost region', (stack) => ({ 'function open-database': roleThatMay(stack, 'rds:DescribeDBInstances', `arn:aws:rds:ap-southeast-2:${ACCOUNT}:db:shop`) }), /failover of shop to us-west-2 is not statically stable: function open-database needs ap-southeast-2: AWS::IAM::Policy PolicyDocument\.Statement\.0\.Resource/],
    ['a control plane in us-east-1', (stack) => ({ 'function switch-traffic': roleThatMay(stack, 'route53:ChangeResourceRecordSets', `arn:aws:route53:::hostedzone/Z1`) }), /function switch-traffic calls route53:ChangeResourceRecordSets, whose control plane is in us-east-1/],
    ['a configuration of S3', (stack) => ({ 'function pair-objects': roleThatMay(stack, 's3:PutReplicationConfiguration', 'arn:aws:s3:::shop') }), /pair-objects calls s3:PutReplicationConfiguration/],
    ['a variable that names something in the lost region', (stack) => ({ 'function check-service': functionWith(stack, { LOAD_BALANCER: 'shop.ap-southeast-2.elb.amazonaws.com' }) }), /function check-service needs ap-southeast-2: AWS::Lambda::Function Environment\.Variables\.LOAD_BALANCER/],
    ['an endpoint in us-east-1', (stack) => ({ 'function conclude-failover': functionWith(stack, { ENDPOINT: 'https://sts.us-east-1.amazonaws.com' }) }), /function conclude-failover needs us-east-1: .*ENDPOINT/],
    ['a state that calls the lost region', (stack) => ({ 'state machine': new CfnStateMachine(stack, 'Machine', { roleArn: 'x', definitionString: `{"Resource":"arn:aws:lambda:ap-southeast-2:${ACCOUNT}:function:yield-region"}` }) }), /state machine needs ap-southeast-2: AWS::StepFunctions::StateMachine DefinitionString/],
    ['a key of the lost region', (stack) => ({ database: new CfnDBInstance(stack, 'Database', { kmsKeyId: `arn:aws:kms:ap-southeast-2:${ACCOUNT}:key/mrk-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d` }) }), /database needs ap-southeast-2: AWS::RDS::DBInstance KmsKeyId/],
  ])('fails the synthesis for %s', (_case, parts, message) => {
    expect(() => synthesize(parts)).toThrow(message);
  });

  it.each([
    ['image of the tasks', `${ACCOUNT}.dkr.ecr.ap-southeast-2.amazonaws.com/shop:1`],
    ['credentials', [`arn:aws:secretsmanager:us-west-2:${ACCOUNT}:secret:admin`, `arn:aws:secretsmanager:ap-southeast-2:${ACCOUNT}:secret:app`]],
  ])('fails the synthesis for a foreign name of %s', (name, value) => {
    expect(() => synthesize(() => ({}), { names: { [name]: value } })).toThrow(`${name} is in ap-southeast-2`);
  });

  it('passes over a part that is excused, and fails for an excuse that nothing needs', () => {
    const reaching = (stack: Stack) => ({ 'function renew-lease': roleThatMay(stack, 'dynamodb:GetItem', `arn:aws:dynamodb:ap-southeast-2:${ACCOUNT}:table/x`) });

    expect(() => synthesize(reaching, { reaching: { 'function renew-lease': 'one answer is enough' } })).not.toThrow();
    expect(() => synthesize(() => ({}), { reaching: { 'function renew-lease': 'one answer is enough' } })).toThrow(/function renew-lease is excused and reaches nowhere/);
  });
});

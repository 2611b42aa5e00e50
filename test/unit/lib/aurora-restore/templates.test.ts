import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { addAuroraRestore } from '../../../../lib/aurora-restore/add-aurora-restore';
import { parseDeployment, type DeploymentDescription } from '../../../../lib/config/deployment';
import { environment } from '../../../../lib/config/environments/example';
import { exampleAssembly, SYNTHESIS_LIMIT_MS } from '../../../support/example-assembly';

type Description = NonNullable<DeploymentDescription['auroraRestore']>[number];

const [ORDERS, CATALOG] = environment.auroraRestore as [Description, Description];
const CATALOG_KEY = 'arn:aws:kms:ap-southeast-2:111111111111:key/0a1b2c3d-1111-4aaa-8bbb-00000000000c';

type Stacks = Readonly<Record<string, Template>>;

let between: Stacks;
let within: Stacks;
let withinUnderKey: Stacks;
// Stacks are made of built handlers, and making them takes seconds on a busy machine.
beforeAll(async () => {
  await exampleAssembly();
  between = stacksOf(ORDERS);
  within = stacksOf(CATALOG);
  withinUnderKey = stacksOf({ ...CATALOG, source: { ...CATALOG.source, kmsKeyArn: CATALOG_KEY } });
}, SYNTHESIS_LIMIT_MS);

/** The stacks of one pipeline by what is behind its name; the one that restores is called `restore`. */
function stacksOf(description: Description): Stacks {
  const app = new App({ analyticsReporting: false });
  addAuroraRestore(app, parseDeployment({ ...environment, redshiftBackup: [], snowflakeReplicator: [], warmStandby: [], auroraRestore: [description] }));
  const nameOf = (id: string) => id.replace('example-aurora-restore-', '').replace(new RegExp(`^${description.name}-?`), '') || 'restore';
  return Object.fromEntries(app.node.children.map((stack) => [nameOf(stack.node.id), Template.fromStack(stack as Parameters<typeof Template.fromStack>[0])]));
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the role of a function may do. */
function permissionsOf(template: Template, roleName: string): readonly Statement[] {
  const [roleId = ''] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, { Properties }]) => (Properties as { RoleName?: string }).RoleName === roleName) ?? [];
  const policies = Object.values(template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: roleId }] } }));
  return policies.flatMap((policy) => (policy as { Properties: { PolicyDocument: { Statement: Statement[] } } }).Properties.PolicyDocument.Statement);
}

function timeoutOf(template: Template, functionName: string): number {
  const [found] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } }));
  return (found as { Properties: { Timeout: number } }).Properties.Timeout;
}

/** The errors that a state of the template's machine waits for. */
function retriedIn(template: Template, stateName: string): readonly string[] {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const [, parts] = (machine as { Properties: { DefinitionString: { 'Fn::Join': [string, unknown[]] } } }).Properties.DefinitionString['Fn::Join'];
  const { States } = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'attribute')).join('')) as { States: Record<string, { Retry?: { ErrorEquals: string[] }[] }> };
  return (States[stateName]?.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
}

/** The id of the template's security group whose description begins so. */
function groupOf(template: Template, description: string): string {
  const groups = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));
  const [id = ''] = groups.find(([, { Properties }]) => (Properties as { GroupDescription: string }).GroupDescription.startsWith(description)) ?? [];
  return id;
}

describe('the network that a pipeline restores into', () => {
  it('has three subnets without a way to the internet', () => {
    between['restore']!.resourceCountIs('AWS::EC2::Subnet', 3);
    between['restore']!.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route']) between['restore']!.resourceCountIs(type, 0);
  });

  it('lets nobody but the functions of the pipeline reach a database that is not proven', () => {
    const template = between['restore']!;
    const quarantine = groupOf(template, 'Restored cluster before it is proven');
    const groupId = (id: string) => ({ 'Fn::GetAtt': [id, 'GroupId'] });
    const into = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress', { Properties: { GroupId: groupId(quarantine) } }));

    expect(into.map(({ Properties }) => Properties as unknown)).toEqual([expect.objectContaining({ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: groupId(groupOf(template, 'Functions that set up')) })]);
    expect(template.findResources('AWS::EC2::SecurityGroup')[quarantine]!['Properties']).not.toHaveProperty('SecurityGroupIngress');
  });
});

describe('a pipeline between accounts', () => {
  it('waits for a function at the source that nobody has called for weeks', () => {
    expect(retriedIn(between['restore']!, 'CollectManifest')).toContain('Common.RemoteFunctionAsleep');
  });

  it('waits for the function that reads the source until that has answered or run out of time', () => {
    expect(timeoutOf(between['restore']!, 'aurora-restore-orders-refresh-collect-manifest')).toBeGreaterThan(timeoutOf(between['source']!, 'aurora-restore-orders-refresh-take-manifest'));
  });

  it('opens bucket and key of the manifests to the source’s account, which is there before its role is', () => {
    const writer = {
      Sid: 'WriterOfManifests',
      Principal: { AWS: Match.objectLike({ 'Fn::Join': Match.anyValue() }) },
      Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/aurora-restore-orders-refresh-take-manifest' } },
    };

    between['manifests']!.hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(writer)]) } });
    between['manifests']!.hasResourceProperties('AWS::KMS::Key', { KeyPolicy: { Statement: Match.arrayWith([Match.objectLike(writer)]) } });
  });

  it('lets the source write each manifest once, by its own policy and by that of the bucket, which the source’s owner cannot change', () => {
    const once = { Action: 's3:PutObject', Condition: Match.objectLike({ Null: { 's3:if-none-match': 'false' } }) };

    between['manifests']!.hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'WriterOfManifests', ...once })]) } });
    expect(permissionsOf(between['source']!, 'aurora-restore-orders-refresh-take-manifest').filter(({ Action }) => Action === 's3:PutObject')).toEqual([expect.objectContaining({ Condition: { Null: { 's3:if-none-match': 'false' } } })]);
  });

  it('leaves no log, bucket or key of a first deployment that fails in the way of the next, and keeps them ever after', () => {
    for (const template of Object.values(between)) {
      for (const type of ['AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::KMS::Key']) {
        for (const [id, resource] of Object.entries(template.findResources(type))) {
          expect([id, resource['DeletionPolicy'], resource['UpdateReplacePolicy']]).toEqual([id, 'RetainExceptOnCreate', 'Retain']);
        }
      }
    }
  });
});

describe('a pipeline within one account and region', () => {
  it('restores under the source’s own key only where the configuration names one', () => {
    const restoring = (stacks: Stacks) => JSON.stringify(permissionsOf(stacks['restore']!, 'aurora-restore-catalog-rebuild-restore-snapshot'));

    expect(restoring(within)).not.toContain(CATALOG_KEY);
    expect(restoring(withinUnderKey)).toContain(CATALOG_KEY);
  });
});

import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteFunctionCommand, GetFunctionConfigurationCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { archive, FunctionBench, place } from './fixtures';

const ENI_ACTIONS = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'];
/** Says what it reads from a host, or how that failed. */
const CONNECT = `
  const net = require('net');
  exports.handler = ({ host, port, timeoutMs }) => new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.setTimeout(timeoutMs || 5000, () => socket.destroy(Object.assign(new Error(), { code: 'OWN_TIMEOUT' })));
    socket.on('data', (data) => { resolve({ said: data.toString() }); socket.destroy(); });
    socket.on('error', ({ code }) => resolve({ code }));
  });
`;
const CALL_STS = `
  import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
  const sts = new STSClient({ maxAttempts: 1, requestHandler: { connectionTimeout: 300 } });
  export const handler = () => sts.send(new GetCallerIdentityCommand({})).then(({ Account }) => ({ Account }), ({ name }) => ({ name }));
`;

const LIST_FUNCTIONS = `
  import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
  const lambda = new LambdaClient({ maxAttempts: 1 });
  export const handler = () => lambda.send(new ListFunctionsCommand({})).then(() => ({ listed: true }), ({ name, message }) => ({ name, message }));
`;

describe('a function in a VPC', () => {
  let bench: FunctionBench;
  let ec2: EC2Client;
  let VpcId: string;
  let SubnetId: string;
  let server: Server;

  const createGroup = async (GroupName: string) => (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId!;
  const inVpc = (group: string) => ({ VpcConfig: { SubnetIds: [SubnetId], SecurityGroupIds: [group] }, actions: ENI_ACTIONS });
  const port5432From = (GroupId: string) => [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId }] }];

  beforeAll(async () => {
    bench = await FunctionBench.open();
    ec2 = bench.cloud.client(EC2Client, place);
    VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc!.VpcId!;
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    SubnetId = (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'eu-west-1a' }))).Subnet!.SubnetId!;
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('hello from the database');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await bench.cloud.stop();
    await new Promise((resolve) => server.close(resolve));
  });
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  it('reaches a database while the groups allow it', async () => {
    const [functions, databases] = [await createGroup('functions'), await createGroup('databases')];
    const { fabric } = bench.cloud.services.compute;
    fabric.registerHost({ name: 'orders.example', port: 5432, localPort: (server.address() as AddressInfo).port, placement: { subnetId: SubnetId, securityGroupIds: [databases] } });
    await bench.create('reader', CONNECT, inVpc(functions));
    const connect = async () => (await bench.invoke('reader', { host: 'orders.example', port: 5432, timeoutMs: 300 })).answer;

    expect(await connect()).toEqual({ code: 'OWN_TIMEOUT' });
    expect(fabric.denied.all().at(-1)).toMatchObject({ source: 'function reader', host: 'orders.example', kind: 'dropped', explanation: expect.stringContaining('(databases) of orders.example has no ingress for tcp 5432') as string });

    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: databases, IpPermissions: port5432From(functions) }));
    expect(await connect()).toEqual({ said: 'hello from the database' });

    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: databases, IpPermissions: port5432From(functions) }));
    expect(await connect()).toEqual({ code: 'OWN_TIMEOUT' });
  });

  it('does not know names and ports that are not there', async () => {
    const group = await createGroup('lost');
    await bench.create('lost', CONNECT, inVpc(group));

    expect((await bench.invoke('lost', { host: 'nowhere.example', port: 1 })).answer).toEqual({ code: 'ENOTFOUND' });
    expect((await bench.invoke('lost', { host: '127.0.0.1', port: (server.address() as AddressInfo).port })).answer).toEqual({ code: 'ECONNREFUSED' });
  });

  it('calls AWS only through an endpoint, and the gateway knows which', async () => {
    const group = await createGroup('callers');
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }] }));
    const { outputFiles } = buildSync({ stdin: { contents: CALL_STS, resolveDir: process.cwd() }, bundle: true, platform: 'node', write: false });
    await bench.create('caller', outputFiles[0]!.text, inVpc(group));

    expect((await bench.invoke('caller')).answer).toEqual({ name: 'TimeoutError' });
    expect(bench.cloud.services.compute.fabric.denied.all().at(-1)?.hint).toBe(`no endpoint for sts in ${VpcId} and no NAT route: add one`);

    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: 'com.amazonaws.eu-west-1.sts', VpcEndpointType: 'Interface', SubnetIds: [SubnetId], SecurityGroupIds: [group] }),
    );
    await bench.cloud.clock.pass(120_000);

    expect((await bench.invoke('caller')).answer).toEqual({ Account: place.account });
    expect(bench.cloud.calls.all().find(({ operation }) => operation === 'GetCallerIdentity')).toMatchObject({ caller: 'caller', vpcEndpointId: VpcEndpoint!.VpcEndpointId });
  });

  it('is subject to the policy of the endpoint, and known by endpoint and VPC', async () => {
    const group = await createGroup('listers');
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/16' }] }] }));
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: 'com.amazonaws.eu-west-1.lambda', VpcEndpointType: 'Interface', SubnetIds: [SubnetId], SecurityGroupIds: [group] }),
    );
    const { outputFiles } = buildSync({ stdin: { contents: LIST_FUNCTIONS, resolveDir: process.cwd() }, bundle: true, platform: 'node', write: false });
    await bench.create('lister', outputFiles[0]!.text, inVpc(group));
    const VpcEndpointId = VpcEndpoint!.VpcEndpointId!;
    await bench.allow('lister', { Action: 'lambda:ListFunctions', Condition: { StringEquals: { 'aws:SourceVpce': VpcEndpointId, 'aws:SourceVpc': VpcId } } });

    expect((await bench.invoke('lister')).answer).toEqual({ listed: true });

    const nobody = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'lambda:*', Resource: '*' }] };
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument: JSON.stringify(nobody) }));
    expect((await bench.invoke('lister')).answer).toEqual({ name: 'AccessDeniedException', message: expect.stringContaining('explicit deny in a VPC endpoint policy') as string });
  });

  it('has a network interface for as long as it exists', async () => {
    const group = await createGroup('interfaces');
    await bench.create('attached', CONNECT, inVpc(group));
    const interfaces = async () => (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }))).NetworkInterfaces!;

    expect(await interfaces()).toMatchObject([{ InterfaceType: 'lambda', SubnetId, Status: 'in-use', RequesterManaged: true, Description: expect.stringContaining('AWS Lambda VPC ENI-attached') as string }]);
    expect((await bench.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'attached' }))).VpcConfig).toMatchObject({ VpcId });

    await bench.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'attached', ZipFile: archive(`${CONNECT}//`) }));
    await bench.cloud.clock.pass(120_000);
    expect(await interfaces()).toHaveLength(1);

    await bench.lambda.send(new DeleteFunctionCommand({ FunctionName: 'attached' }));
    expect(await interfaces()).toEqual([]);
  });

  it('needs a role that may make network interfaces', async () => {
    const group = await createGroup('powerless');

    await expect(bench.create('powerless', CONNECT, { ...inVpc(group), actions: [] })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
    });
  });

  it('needs a subnet that exists', async () => {
    const group = await createGroup('homeless');

    await expect(bench.create('homeless', CONNECT, { ...inVpc(group), VpcConfig: { SubnetIds: ['subnet-0'], SecurityGroupIds: [group] } })).rejects.toMatchObject({
      message: expect.stringContaining('EC2 Error Code: InvalidSubnetID.NotFound') as string,
    });
  });
});

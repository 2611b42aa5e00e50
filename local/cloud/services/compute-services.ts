import path from 'node:path';
import { FunctionHost } from '../engines/functions/function-host';
import type { CloudContext } from '../gateway/cloud-context';
import { callerOf } from '../gateway/dispatcher';
import type { Principal } from '../gateway/principal';
import type { EndpointPassage, Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import { ServiceRoles } from '../gateway/service-role';
import { Fabric } from '../network/fabric';
import { ProgramFiles } from '../network/program-files';
import { ProcessLauncher } from '../network/process-launcher';
import { PublicAddresses } from '../network/public-addresses';
import type { MetricSink } from './cloudwatch/metric-sink';
import { createEc2Service } from './ec2/ec2-service';
import type { VpcEndpoint } from './ec2/ec2-records';
import { Ec2State } from './ec2/ec2-state';
import { ec2Resources } from './ec2/cloudformation/ec2-resources';
import type { GatewayAddress } from './gateway-address';
import { AsynchronousInvocations } from './lambda/asynchronous-invocations';
import { Concurrency } from './lambda/concurrency';
import { DestinationDelivery } from './lambda/destination-delivery';
import { FunctionCode } from './lambda/function-code';
import { FunctionDeployments } from './lambda/function-deployments';
import { FunctionInvoker } from './lambda/function-invoker';
import { FunctionNetworks } from './lambda/function-networks';
import { lambdaResources } from './lambda/lambda-resources';
import { createLambdaService } from './lambda/lambda-service';
import { InvocationRecords } from './lambda/invocation-records';
import { LambdaState } from './lambda/lambda-state';

/** The network, the processes in it, and the services that put them there. */
export interface ComputeServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  /** What EC2 keeps: VPCs, subnets, groups, interfaces. */
  readonly network: Ec2State;
  readonly fabric: Fabric;
  readonly launcher: ProcessLauncher;
  /** The files of programs, where processes can run them. */
  readonly programs: ProgramFiles;
  readonly functions: FunctionInvoker;
  /** Kills the function instance that acts under this session; whoever waits for it hears of a dead runtime. */
  killProcessOf(principal: Principal): void;
  /** Kills the instances at work of all functions in a region. */
  killFunctionsIn(region: string): void;
  /** Kills the instances of a function that are at work; returns how many. */
  killFunction(functionName: string): number;
  /** Makes what the first program would wait for. */
  getReady(): Promise<void>;
  stop(): Promise<void>;
}

export interface ComputePorts {
  readonly context: CloudContext;
  readonly metrics: MetricSink;
  readonly gateway: GatewayAddress;
}

/** Creates them. */
export async function createComputeServices({ context, metrics, gateway }: ComputePorts): Promise<ComputeServices> {
  const { clock, certificates } = context;
  const network = new Ec2State(new PublicAddresses());
  const fabric = new Fabric({
    clock,
    topology: network,
    addresses: network.addresses,
    interfaces: network,
    awsPort: gateway.securePort,
    endpointPort: endpointDoors(network, gateway),
  });
  const launcher = await ProcessLauncher.open({ clock, authorityPem: certificates.certificatePem });
  fabric.onConnect((localPort) => launcher.tellTime(localPort));
  const host = new FunctionHost(clock, launcher);
  const state = new LambdaState();
  const roles = new ServiceRoles(context, 'lambda.amazonaws.com');
  const networks = new FunctionNetworks(context, fabric, network);
  const deployments = new FunctionDeployments(context, (lambda, version) => networks.viewOf(lambda, version));
  const records = new InvocationRecords(context);
  const concurrency = new Concurrency(state);
  const invoker = new FunctionInvoker({ clock, host, deployments, concurrency, records, metrics });
  const queue = new AsynchronousInvocations(context, state, invoker, new DestinationDelivery(clock, roles, metrics));
  const programs = new ProgramFiles(path.join(launcher.directory, 'programs'));
  const code = new FunctionCode(programs);
  return {
    network,
    fabric,
    launcher,
    programs,
    functions: invoker,
    services: [createEc2Service(network, clock), createLambdaService({ context, state, code, networks, deployments, host, invoker, queue, concurrency, roles })],
    resources: { ...ec2Resources, ...lambdaResources(code) },
    killProcessOf: (principal) => {
      // A function that acts as another role names that session after itself.
      host.kill(({ credentials }) => callerOf(context.credentials.resolve(credentials.accessKeyId, credentials.sessionToken).principal) === callerOf(principal));
    },
    killFunction: (functionName) => host.kill(({ deployment }) => deployment.functionName === functionName),
    killFunctionsIn: (region) => void host.kill(({ deployment }) => deployment.region === region),
    getReady: async () => void (await Promise.all([launcher.getReady(), host.getReady()])),
    stop: async () => {
      await host.close();
      await records.settle();
      await launcher.close();
    },
  };
}

/** One door of the gateway for each VPC endpoint, opened when somebody first comes through it. */
function endpointDoors({ vpcEndpoints }: Ec2State, gateway: GatewayAddress): (vpcEndpointId: string) => Promise<number> {
  const doors = new Map<string, Promise<number>>();
  return (id) => {
    const known = doors.get(id) ?? gateway.openEndpointDoor(() => passageThrough(vpcEndpoints.get(id)));
    doors.set(id, known);
    return known;
  };
}

function passageThrough(endpoint: VpcEndpoint | undefined): EndpointPassage | undefined {
  return endpoint && { vpcEndpointId: endpoint.id, vpcId: endpoint.vpcId, policyDocument: endpoint.policyDocument };
}

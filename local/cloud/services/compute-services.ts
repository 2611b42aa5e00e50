import path from 'node:path';
import { FunctionHost } from '../engines/functions/function-host';
import type { CloudContext } from '../gateway/cloud-context';
import type { Principal } from '../gateway/principal';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import { Fabric } from '../network/fabric';
import { ProcessLauncher } from '../network/process-launcher';
import type { MetricSink } from './cloudwatch/metric-sink';
import { Concurrency } from './lambda/concurrency';
import { CodeStore } from './lambda/function-code';
import { FunctionDeployments } from './lambda/function-deployments';
import { FunctionInvoker } from './lambda/function-invoker';
import { FunctionNetworks } from './lambda/function-networks';
import { lambdaResources } from './lambda/lambda-resources';
import { createLambdaService } from './lambda/lambda-service';
import { LambdaState } from './lambda/lambda-state';
import { LogDelivery } from './lambda/log-delivery';

/** The network, the processes in it, and the services that put them there. */
export interface ComputeServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly fabric: Fabric;
  readonly launcher: ProcessLauncher;
  readonly functions: FunctionInvoker;
  /** Kills the function instance that acts under this session; whoever waits for it hears of a dead runtime. */
  killProcessOf(principal: Principal): void;
  stop(): Promise<void>;
}

export interface ComputePorts {
  readonly context: CloudContext;
  readonly metrics: MetricSink;
  /** Where the gateway listens with TLS. */
  readonly securePort: number;
}

/** Creates them. */
export async function createComputeServices({ context, metrics, securePort }: ComputePorts): Promise<ComputeServices> {
  const { clock, certificates } = context;
  const fabric = new Fabric({ awsPort: securePort });
  const launcher = await ProcessLauncher.open({ clock, authorityPem: certificates.certificatePem });
  const host = await FunctionHost.open(clock, launcher);
  const state = new LambdaState();
  const networks = new FunctionNetworks(fabric);
  const deployments = new FunctionDeployments(context, (lambda, version) => networks.viewOf(lambda, version));
  const logs = new LogDelivery(context);
  const invoker = new FunctionInvoker({ clock, host, deployments, concurrency: new Concurrency(state), logs, metrics });
  const code = new CodeStore(path.join(launcher.directory, 'code'));
  return {
    fabric,
    launcher,
    functions: invoker,
    services: [createLambdaService({ context, state, code, networks, deployments, host, invoker, enqueue: () => undefined })],
    resources: { ...lambdaResources(code) },
    killProcessOf: (principal) => {
      host.kill(({ credentials }) => context.credentials.resolve(credentials.accessKeyId, credentials.sessionToken).principal === principal);
    },
    stop: async () => {
      await host.close();
      await logs.settle();
      await launcher.close();
    },
  };
}

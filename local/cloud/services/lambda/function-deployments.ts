import type { CloudContext } from '../../gateway/cloud-context';
import type { FunctionDeployment } from '../../engines/functions/function-deployment';
import type { NetworkView } from '../../network/confined-process';
import { assumeExecutionRole } from './execution-role';
import type { FunctionVersion, LambdaFunction } from './lambda-function';

/** How a new instance of a version sees the network. */
export type NetworkOf = (lambda: LambdaFunction, version: FunctionVersion) => NetworkView;

/** What the function host needs to run a version; the same object for the same version, so that its instances are found again. */
export class FunctionDeployments {
  private readonly known = new WeakMap<FunctionVersion, FunctionDeployment>();

  constructor(
    private readonly context: CloudContext,
    private readonly networkOf: NetworkOf,
  ) {}

  of(lambda: LambdaFunction, version: FunctionVersion): FunctionDeployment {
    const known = this.known.get(version) ?? this.create(lambda, version);
    this.known.set(version, known);
    return known;
  }

  private create(lambda: LambdaFunction, version: FunctionVersion): FunctionDeployment {
    const { settings, code } = version;
    const { LogFormat, LogGroup, ApplicationLogLevel, SystemLogLevel } = settings.logging;
    const { account, region, name: functionName, arn: functionArn } = lambda;
    return {
      account,
      region,
      functionName,
      functionArn,
      version: version.version,
      runtime: settings.runtime,
      handler: settings.handler,
      timeoutSeconds: settings.timeoutSeconds,
      memoryMb: settings.memoryMb,
      environment: settings.environment,
      codeDirectory: code.directory,
      logging: {
        format: LogFormat,
        group: LogGroup,
        ...(ApplicationLogLevel && { applicationLevel: ApplicationLogLevel }),
        ...(SystemLogLevel && { systemLevel: SystemLogLevel }),
      },
      tracing: settings.tracing,
      assumeRole: () => assumeExecutionRole(this.context, { account, region, roleArn: settings.role, functionName, functionArn }),
      network: () => this.networkOf(lambda, version),
    };
  }
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { permit, type Permission } from './permission';

/** Where one esbuild run puts the handlers; see `bin/build-handlers.mjs`. */
const BUILT_HANDLERS = path.join(process.cwd(), 'dist', 'handlers');
const LONGEST_NAME = 64;

export interface HandlerFunctionProps {
  /** `<system>/<operation>`: the handler's source is `lambda/<system>/<operation>.ts`. */
  readonly operation: string;
  /** The function's name, unique in its account and region. Its role is called the same, so that other accounts can name it. */
  readonly functionName: string;
  readonly description: string;
  /** Encrypts the log. */
  readonly key: IKey;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default Duration.seconds(60) - a few API calls with retries; nothing waits inside a function */
  readonly timeout?: Duration;
  /** @default 256 - one SDK client and its answers fit; CPU grows with it */
  readonly memorySizeMb?: number;
  /** @default 512 */
  readonly ephemeralStorageMb?: number;
  /** Only for functions that open database connections; all others stay outside, where every region's API is reachable. */
  readonly network?: FunctionNetwork;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
  /** How many invocations may run at once. @default - unlimited */
  readonly reservedConcurrency?: number;
}

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** The one way to define a Lambda: runtime, bundle, log, tracing and a role that can do nothing else yet. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { operation, functionName, key, environment = {}, timeout = Duration.seconds(60), memorySizeMb = 256, network } = props;
    if (functionName.length > LONGEST_NAME) throw new Error(`function name ${functionName} is longer than ${LONGEST_NAME} characters`);
    const [system = ''] = operation.split('/');

    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      // The log of a run is evidence: it outlives the stack, but not a first deployment that fails, whose next attempt makes it anew.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = new Role(this, 'Role', { roleName: functionName, assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: `${operation} acts as this` });
    this.allow({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${this.logGroup.logGroupArn}:*`],
      because: 'the asterisk stands for the streams of its own log group',
    });
    this.allow({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'], because: 'X-Ray has no resource-level permissions' });
    if (network) {
      this.allow({
        actions: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
        resources: ['*'],
        because: 'Lambda makes and removes network interfaces with this role before their ids are known',
      });
    }

    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(builtHandler(operation)),
      role: this.role,
      timeout,
      memorySize: memorySizeMb,
      ...(props.ephemeralStorageMb && { ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMb) }),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { POWERTOOLS_SERVICE_NAME: system, POWERTOOLS_METRICS_NAMESPACE: 'Holdfast', ...environment },
      ...(network && { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: network.securityGroups }),
    });
    this.function.node.addDependency(this.role);
  }

  get functionArn(): string {
    return this.function.functionArn;
  }

  /** Lets the function do something more. */
  allow(permission: Permission): void {
    permit(this.role, permission);
  }
}

function builtHandler(operation: string): string {
  const directory = path.join(BUILT_HANDLERS, operation);
  if (!existsSync(directory)) throw new Error(`the handler ${operation} is not built: run \`npm run build\` first (source: lambda/${operation}.ts)`);
  return directory;
}

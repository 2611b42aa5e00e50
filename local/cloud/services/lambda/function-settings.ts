import type {
  Architecture,
  CreateFunctionRequest,
  LoggingConfig,
  Runtime,
  TracingMode,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';

/** What a function is configured to be. */
export interface FunctionSettings {
  readonly role: string;
  readonly runtime: Runtime;
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly keyArn: string | undefined;
  readonly architectures: Architecture[];
  readonly tracing: TracingMode;
  readonly logging: Required<Pick<LoggingConfig, 'LogFormat' | 'LogGroup'>> & LoggingConfig;
  readonly deadLetterArn: string | undefined;
  readonly network: FunctionNetworkSettings | undefined;
}

export interface FunctionNetworkSettings {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

type Request = Partial<CreateFunctionRequest & UpdateFunctionConfigurationRequest>;

/** Features that change how a function runs and that the local cloud does not have. */
const UNSUPPORTED = ['Layers', 'FileSystemConfigs', 'ImageConfig', 'SnapStart', 'TenancyConfig', 'CapacityProviderConfig', 'DurableConfig', 'CodeSigningConfigArn'] as const;
/** Variables that Lambda sets itself. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION|LOG|RUNTIME_API|INITIALIZATION).*|AWS_(ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const ENVIRONMENT_LIMIT_BYTES = 4096;

/** The settings that a request to create a function asks for, with AWS's defaults. */
export function newSettings(name: string, request: Request): FunctionSettings {
  return applySettings(request, {
    role: '',
    runtime: 'nodejs24.x',
    handler: '',
    description: '',
    timeoutSeconds: 3,
    memoryMb: 128,
    ephemeralStorageMb: 512,
    environment: {},
    keyArn: undefined,
    architectures: ['x86_64'],
    tracing: 'PassThrough',
    logging: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
    deadLetterArn: undefined,
    network: undefined,
  });
}

/** The settings with what the request changes; refuses values that Lambda refuses. */
export function applySettings(request: Request, settings: FunctionSettings): FunctionSettings {
  refuseUnsupported(request);
  const environment = request.Environment?.Variables ?? settings.environment;
  checkEnvironment(environment);
  return {
    role: matching(request.Role ?? settings.role, 'role', /^arn:aws:iam::\d{12}:role\/?[\w+=,.@\-/]+$/),
    runtime: request.Runtime ?? settings.runtime,
    handler: matching(request.Handler ?? settings.handler, 'handler', /^\S{1,128}$/),
    description: request.Description ?? settings.description,
    timeoutSeconds: between(request.Timeout ?? settings.timeoutSeconds, 'timeout', 1, 900),
    memoryMb: between(request.MemorySize ?? settings.memoryMb, 'memorySize', 128, 10_240),
    ephemeralStorageMb: between(request.EphemeralStorage?.Size ?? settings.ephemeralStorageMb, 'ephemeralStorage.size', 512, 10_240),
    environment,
    keyArn: request.KMSKeyArn ?? settings.keyArn,
    architectures: request.Architectures ?? settings.architectures,
    tracing: request.TracingConfig?.Mode ?? settings.tracing,
    logging: loggingOf(request.LoggingConfig, settings.logging),
    deadLetterArn: request.DeadLetterConfig ? request.DeadLetterConfig.TargetArn || undefined : settings.deadLetterArn,
    network: networkOf(request, settings.network),
  };
}

function loggingOf(request: LoggingConfig | undefined, current: FunctionSettings['logging']): FunctionSettings['logging'] {
  if (!request) return current;
  const LogFormat = request.LogFormat ?? current.LogFormat;
  if (LogFormat === 'Text' && (request.ApplicationLogLevel || request.SystemLogLevel)) {
    throw invalid('Application log level and system log level can only be set for the JSON log format.');
  }
  const levels = LogFormat === 'JSON' ? { ApplicationLogLevel: 'INFO' as const, SystemLogLevel: 'INFO' as const } : {};
  return { ...levels, ...current, ...request, LogFormat, LogGroup: request.LogGroup ?? current.LogGroup };
}

function networkOf({ VpcConfig }: Request, current: FunctionNetworkSettings | undefined): FunctionNetworkSettings | undefined {
  if (!VpcConfig) return current;
  const { SubnetIds = [], SecurityGroupIds = [] } = VpcConfig;
  if (SubnetIds.length === 0 && SecurityGroupIds.length === 0) return undefined;
  if (SubnetIds.length === 0 || SecurityGroupIds.length === 0) {
    throw invalid('SubnetIds and SecurityIds must coexist or be both empty list.');
  }
  return { subnetIds: SubnetIds, securityGroupIds: SecurityGroupIds };
}

function refuseUnsupported(request: Request): void {
  for (const name of UNSUPPORTED) {
    const value = request[name];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw new AwsError('NotImplemented', `the local cloud runs functions without ${name}`, { status: 501 });
    }
  }
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(environment).filter((name) => RESERVED_VARIABLES.test(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(environment)) > ENVIRONMENT_LIMIT_BYTES) {
    throw invalid(`Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.`);
  }
}

function between(value: number, field: string, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  const [relation, limit] = value < least ? ['greater', least] : ['less', most];
  throw invalid(`1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must have value ${relation} than or equal to ${limit}`);
}

function matching(value: string, field: string, pattern: RegExp): string {
  if (pattern.test(value)) return value;
  throw invalid(`1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { details: { Type: 'User' } });
}

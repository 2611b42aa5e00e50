import type { Credentials } from '../../gateway/credentials';
import type { FunctionDeployment } from './function-deployment';

/** Where the X-Ray daemon of Lambda listens. */
export const TRACE_DAEMON = '169.254.100.1:2000';

export interface InstanceSettings {
  readonly credentials: Required<Credentials>;
  readonly runtimeApi: string;
  readonly logStream: string;
  /** Of the invocation for which the instance starts. */
  readonly traceId: string;
}

/** The environment of a function's process. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function functionEnvironment(deployment: FunctionDeployment, { credentials, runtimeApi, logStream, traceId }: InstanceSettings): Record<string, string> {
  const { region, functionName, version, memoryMb, logging, tracing } = deployment;
  return {
    ...deployment.environment,
    _HANDLER: deployment.handler,
    _X_AMZN_TRACE_ID: traceId,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${deployment.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.format === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel ?? 'INFO' }),
    ...(tracing === 'Active' && { AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR', AWS_XRAY_DAEMON_ADDRESS: TRACE_DAEMON }),
    LAMBDA_TASK_ROOT: deployment.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

/** V8 gets nine tenths of the memory for its heap, so that a leak ends in V8's own words before the system's. */
export function heapArguments(memoryMb: number): string[] {
  return [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`];
}

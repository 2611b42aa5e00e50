import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { functionArn } from './function-name';
import type { FunctionVersion, LambdaFunction } from './lambda-function';

/** A version as the API describes it. */
export function describeVersion(lambda: LambdaFunction, version: FunctionVersion, vpcIdOf: (subnetId: string) => string | undefined): FunctionConfiguration {
  const { settings, code } = version;
  const { network } = settings;
  return {
    FunctionName: lambda.name,
    FunctionArn: version.version === '$LATEST' ? lambda.arn : functionArn(lambda, lambda.name, version.version),
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: version.modifiedAt.toISOString().replace('Z', '+0000'),
    Version: version.version,
    RevisionId: version.revisionId,
    PackageType: 'Zip',
    Architectures: settings.architectures,
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    TracingConfig: { Mode: settings.tracing },
    LoggingConfig: settings.logging,
    State: lambda.state,
    LastUpdateStatus: lambda.lastUpdateStatus,
    ...(lambda.state === 'Pending' && { StateReason: 'The function is being created.', StateReasonCode: 'Creating' as const }),
    ...(Object.keys(settings.environment).length > 0 && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.keyArn !== undefined && { KMSKeyArn: settings.keyArn }),
    ...(settings.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    ...(network && {
      VpcConfig: {
        SubnetIds: [...network.subnetIds],
        SecurityGroupIds: [...network.securityGroupIds],
        VpcId: vpcIdOf(network.subnetIds[0] ?? ''),
        Ipv6AllowedForDualStack: false,
      },
    }),
  };
}

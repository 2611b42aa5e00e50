import type * as sdk from '@aws-sdk/client-lambda';
import type { FunctionHost } from '../../engines/functions/function-host';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { assumeExecutionRole } from './execution-role';
import { functionAccess } from './function-access';
import type { FunctionCode } from './function-code';
import type { FunctionDeployments } from './function-deployments';
import { describeVersion } from './function-description';
import { functionArn } from './function-name';
import type { FunctionNetworks } from './function-networks';
import { applySettings, newSettings, type FunctionSettings } from './function-settings';
import { newFunction, newVersion, type FunctionVersion, type LambdaFunction } from './lambda-function';
import type { LambdaState } from './lambda-state';
import { FUNCTION_LIFE_CYCLE } from './life-cycle';
import { publish } from './publish-version';

export interface FunctionPorts {
  readonly context: CloudContext;
  readonly state: LambdaState;
  readonly code: FunctionCode;
  readonly networks: FunctionNetworks;
  readonly deployments: FunctionDeployments;
  readonly host: FunctionHost;
}

const PAGE = 50;

/** The life of a function: created, described, changed, deleted. */
export function functionOperations(ports: FunctionPorts): Operations<typeof sdk> {
  const { context, state, code, networks } = ports;
  const describe = (lambda: LambdaFunction, version = lambda.latest) => describeVersion(lambda, version, (subnetId) => networks.vpcIdOf(subnetId));
  const access = ({ FunctionName }: { FunctionName: string | undefined }, call: Call): Access[] => [functionAccess(state, FunctionName, call)];
  const qualifiedAccess = ({ FunctionName, Qualifier }: { FunctionName: string | undefined; Qualifier?: string | undefined }, call: Call): Access[] => [
    functionAccess(state, FunctionName, call, Qualifier),
  ];

  return {
    CreateFunction: {
      access: (input, call) => createAccess(input, call),
      run: async (input, call) => {
        const name = state.reference(input.FunctionName, call).name;
        if (state.find({ ...call, name, qualifier: undefined })) {
          throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, { details: { Type: 'User' } });
        }
        const settings = newSettings(name, input);
        await checkRole(context, settings, name, call);
        const taken = await code.take(input.Code ?? {}, context.as(call.principal, call));
        const networkInterfaceIds = await networks.attach(settings, call, name);
        const lambda = newFunction(call, name, newVersion({ settings, code: taken, networkInterfaceIds }, context.clock.now()), { ...input.Tags });
        state.add(lambda);
        const { delayMs } = settings.network ? FUNCTION_LIFE_CYCLE.createInVpc : FUNCTION_LIFE_CYCLE.create;
        context.clock.after(delayMs, () => (lambda.state = 'Active'));
        if (input.Publish) return describe(lambda, publish(lambda, context.clock.now()));
        return describe(lambda);
      },
    },
    GetFunction: {
      access: qualifiedAccess,
      run: ({ FunctionName, Qualifier }, call) => {
        const { lambda, version } = state.resolve(FunctionName, call, Qualifier);
        return {
          Configuration: describe(lambda, version),
          Code: { RepositoryType: 'S3', Location: `https://awslambda-${lambda.region}-tasks.s3.${lambda.region}.amazonaws.com/snapshots/${lambda.account}/${lambda.name}` },
          ...(Object.keys(lambda.tags).length > 0 && { Tags: lambda.tags }),
          ...(lambda.reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: lambda.reservedConcurrency } }),
        };
      },
    },
    GetFunctionConfiguration: {
      access: qualifiedAccess,
      run: ({ FunctionName, Qualifier }, call) => {
        const { lambda, version } = state.resolve(FunctionName, call, Qualifier);
        return describe(lambda, version);
      },
    },
    ListFunctions: {
      access: () => [{ resource: '*' }],
      run: ({ MaxItems = PAGE, Marker, FunctionVersion }, call) => {
        const versions = state.in(call).flatMap((lambda) => [lambda.latest, ...(FunctionVersion === 'ALL' ? lambda.versions : [])].map((version) => describe(lambda, version)));
        const page = pageOf(versions, Math.min(MaxItems, PAGE), Marker);
        if (!page) throw new AwsError('InvalidParameterValueException', 'Invalid marker', { details: { Type: 'User' } });
        return { Functions: [...page.items], ...(page.nextToken !== undefined && { NextMarker: page.nextToken }) };
      },
    },
    UpdateFunctionConfiguration: {
      access: ({ FunctionName, Role }, call) => [functionAccess(state, FunctionName, call), ...passRole(Role, call)],
      run: async (input, call) => {
        const lambda = changeable(state.function(input.FunctionName, call), input.RevisionId);
        const settings = applySettings(input, lambda.latest.settings);
        await checkRole(context, settings, lambda.name, call);
        const networkInterfaceIds = await networks.attach(settings, lambda, lambda.name, lambda.latest);
        replace(ports, lambda, { ...lambda.latest, settings, networkInterfaceIds });
        return describe(lambda);
      },
    },
    UpdateFunctionCode: {
      access,
      run: async (input, call) => {
        const lambda = changeable(state.function(input.FunctionName, call), input.RevisionId);
        const taken = await code.take(input, context.as(call.principal, call));
        const settings = input.Architectures ? { ...lambda.latest.settings, architectures: input.Architectures } : lambda.latest.settings;
        if (!input.DryRun) replace(ports, lambda, { ...lambda.latest, settings, code: taken });
        return input.Publish ? describe(lambda, publish(lambda, context.clock.now())) : describe(lambda);
      },
    },
    DeleteFunction: {
      access: qualifiedAccess,
      run: async ({ FunctionName, Qualifier }, call) => {
        const { lambda, version, qualifier } = state.resolve(FunctionName, call, Qualifier);
        if (qualifier !== undefined) {
          lambda.versions.splice(lambda.versions.indexOf(version), 1);
          return {};
        }
        state.remove(lambda);
        const versions = [lambda.latest, lambda.serving, ...lambda.versions];
        for (const each of versions) ports.host.retire(ports.deployments.of(lambda, each));
        await networks.release([...new Set(versions.flatMap(({ networkInterfaceIds }) => networkInterfaceIds))], lambda.latest, lambda);
        return {};
      },
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
function createAccess({ FunctionName, Role, VpcConfig, Tags = {} }: sdk.CreateFunctionCommandInput, call: Call): Access[] {
  const resource = functionArn(call, FunctionName ?? '');
  const network = {
    ...(VpcConfig?.SubnetIds?.length && { 'lambda:SubnetIds': VpcConfig.SubnetIds }),
    ...(VpcConfig?.SecurityGroupIds?.length && { 'lambda:SecurityGroupIds': VpcConfig.SecurityGroupIds }),
  };
  const tagging = Object.keys(Tags).length > 0 ? [{ action: 'lambda:TagResource', resource, context: requestTagContext(Tags) }] : [];
  return [{ resource, context: { ...network, ...requestTagContext(Tags) } }, ...passRole(Role, call), ...tagging];
}

function passRole(role: string | undefined, call: Call): Access[] {
  if (role === undefined) return [];
  return [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'lambda.amazonaws.com', 'aws:ResourceAccount': call.account } }];
}

async function checkRole(context: CloudContext, { role }: FunctionSettings, functionName: string, { account, region }: Call): Promise<void> {
  await assumeExecutionRole(context, { account, region, roleArn: role, functionName, functionArn: functionArn({ account, region }, functionName) });
}

function changeable(lambda: LambdaFunction, revisionId: string | undefined): LambdaFunction {
  if (lambda.state === 'Pending' || lambda.lastUpdateStatus === 'InProgress') {
    const reason = lambda.state === 'Pending' ? 'state: Pending' : 'update status: InProgress';
    throw new AwsError('ResourceConflictException', `The operation cannot be performed at this time. The function is currently in the following ${reason}`, {
      details: { Type: 'User' },
    });
  }
  if (revisionId !== undefined && revisionId !== lambda.latest.revisionId) {
    throw new AwsError('PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id', {
      details: { Type: 'User' },
    });
  }
  return lambda;
}

/** The new version is described at once and runs when the update has ended. */
function replace(ports: FunctionPorts, lambda: LambdaFunction, parts: Pick<FunctionVersion, 'settings' | 'code' | 'networkInterfaceIds'>): void {
  const { clock } = ports.context;
  const previous = lambda.serving;
  lambda.latest = newVersion({ settings: parts.settings, code: parts.code, networkInterfaceIds: parts.networkInterfaceIds }, clock.now());
  lambda.lastUpdateStatus = 'InProgress';
  const entersVpc = parts.settings.network !== undefined && JSON.stringify(parts.settings.network) !== JSON.stringify(previous.settings.network);
  const { delayMs } = entersVpc ? FUNCTION_LIFE_CYCLE.updateIntoVpc : FUNCTION_LIFE_CYCLE.update;
  clock.after(delayMs, () => {
    lambda.lastUpdateStatus = 'Successful';
    lambda.serving = lambda.latest;
    if (!lambda.versions.includes(previous)) ports.host.retire(ports.deployments.of(lambda, previous));
    const stillUsed = new Set([lambda.latest, ...lambda.versions].flatMap(({ networkInterfaceIds }) => networkInterfaceIds));
    void ports.networks.release(previous.networkInterfaceIds.filter((id) => !stillUsed.has(id)), previous, lambda);
  });
}

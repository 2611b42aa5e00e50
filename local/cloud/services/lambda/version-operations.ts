import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { functionAccess } from './function-access';
import { describeVersion } from './function-description';
import { functionArn } from './function-name';
import type { FunctionAlias, LambdaFunction } from './lambda-function';
import type { LambdaState } from './lambda-state';
import { publish } from './publish-version';

/** Numbered versions of functions, and aliases that point to them. */
export function versionOperations(state: LambdaState, clock: CloudClock, vpcIdOf: (subnetId: string) => string | undefined): Operations<typeof sdk> {
  const onFunction = ({ FunctionName }: { readonly FunctionName: string | undefined }, call: Call) => [functionAccess(state, FunctionName, call)];
  const aliasOf = (functionName: string | undefined, name: string | undefined, call: Call): { lambda: LambdaFunction; alias: FunctionAlias } => {
    const lambda = state.function(functionName, call);
    const alias = lambda.aliases.get(name ?? '');
    if (!alias) throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${functionArn(lambda, lambda.name, name)}`, { details: { Type: 'User' } });
    return { lambda, alias };
  };

  return {
    PublishVersion: {
      access: onFunction,
      run: ({ FunctionName, CodeSha256, Description }, call) => {
        const lambda = state.function(FunctionName, call);
        if (CodeSha256 !== undefined && CodeSha256 !== lambda.latest.code.sha256) {
          throw new AwsError('InvalidParameterValueException', `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${lambda.latest.code.sha256}).`, {
            details: { Type: 'User' },
          });
        }
        return describeVersion(lambda, publish(lambda, clock.now(), Description), vpcIdOf);
      },
    },
    ListVersionsByFunction: {
      access: onFunction,
      run: ({ FunctionName }, call) => {
        const lambda = state.function(FunctionName, call);
        return { Versions: [lambda.latest, ...lambda.versions].map((version) => describeVersion(lambda, version, vpcIdOf)) };
      },
    },
    CreateAlias: {
      access: onFunction,
      run: ({ FunctionName, Name = '', FunctionVersion = '', Description = '' }, call) => {
        const lambda = state.function(FunctionName, call);
        if (lambda.aliases.has(Name)) throw new AwsError('ResourceConflictException', `Alias already exists: ${functionArn(lambda, lambda.name, Name)}`, { details: { Type: 'User' } });
        const { version } = state.resolve(lambda.arn, call, FunctionVersion);
        const alias = { name: Name, version: version.version, description: Description, revisionId: randomUUID() };
        lambda.aliases.set(Name, alias);
        return describeAlias(lambda, alias);
      },
    },
    GetAlias: {
      access: onFunction,
      run: ({ FunctionName, Name }, call) => {
        const { lambda, alias } = aliasOf(FunctionName, Name, call);
        return describeAlias(lambda, alias);
      },
    },
    UpdateAlias: {
      access: onFunction,
      run: ({ FunctionName, Name, FunctionVersion, Description }, call) => {
        const { lambda, alias } = aliasOf(FunctionName, Name, call);
        const version = FunctionVersion === undefined ? alias.version : state.resolve(lambda.arn, call, FunctionVersion).version.version;
        const changed = { ...alias, version, description: Description ?? alias.description, revisionId: randomUUID() };
        lambda.aliases.set(alias.name, changed);
        return describeAlias(lambda, changed);
      },
    },
    ListAliases: {
      access: onFunction,
      run: ({ FunctionName, FunctionVersion }, call) => {
        const lambda = state.function(FunctionName, call);
        const aliases = [...lambda.aliases.values()].filter(({ version }) => FunctionVersion === undefined || version === FunctionVersion);
        return { Aliases: aliases.map((alias) => describeAlias(lambda, alias)) };
      },
    },
    DeleteAlias: {
      access: onFunction,
      run: ({ FunctionName, Name }, call) => {
        state.function(FunctionName, call).aliases.delete(Name ?? '');
        return {};
      },
    },
  };
}

function describeAlias(lambda: LambdaFunction, { name, version, description, revisionId }: FunctionAlias): sdk.AliasConfiguration {
  return { AliasArn: functionArn(lambda, lambda.name, name), Name: name, FunctionVersion: version, Description: description, RevisionId: revisionId };
}

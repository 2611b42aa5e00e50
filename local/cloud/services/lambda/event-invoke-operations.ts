import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { functionAccess } from './function-access';
import { functionArn } from './function-name';
import { eventInvokeConfigOf, type LambdaFunction } from './lambda-function';
import type { LambdaState } from './lambda-state';

interface ConfigRequest {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly DestinationConfig?: sdk.DestinationConfig | undefined;
}

/** What becomes of asynchronous invocations: how often they are retried, and who hears of the end. */
export function eventInvokeOperations(state: LambdaState, clock: CloudClock): Operations<typeof sdk> {
  const access = ({ FunctionName, Qualifier }: ConfigRequest, call: Call) => [functionAccess(state, FunctionName, call, Qualifier)];
  const put = (request: ConfigRequest, call: Call, keepCurrent: boolean): sdk.FunctionEventInvokeConfig => {
    const { lambda, qualifier = '$LATEST' } = state.resolve(request.FunctionName, call, request.Qualifier);
    const current = keepCurrent ? existing(lambda, qualifier) : {};
    const config: sdk.FunctionEventInvokeConfig = {
      ...current,
      FunctionArn: functionArn(lambda, lambda.name, qualifier),
      LastModified: clock.now(),
      ...(request.MaximumRetryAttempts !== undefined && { MaximumRetryAttempts: request.MaximumRetryAttempts }),
      ...(request.MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: request.MaximumEventAgeInSeconds }),
      DestinationConfig: request.DestinationConfig ?? current.DestinationConfig ?? { OnSuccess: {}, OnFailure: {} },
    };
    lambda.eventInvokeConfigs.set(qualifier, config);
    return config;
  };

  return {
    PutFunctionEventInvokeConfig: { access, run: (input, call) => put(input, call, false) },
    UpdateFunctionEventInvokeConfig: { access, run: (input, call) => put(input, call, true) },
    GetFunctionEventInvokeConfig: {
      access,
      run: ({ FunctionName, Qualifier }, call) => {
        const { lambda, qualifier } = state.resolve(FunctionName, call, Qualifier);
        return existing(lambda, qualifier);
      },
    },
    ListFunctionEventInvokeConfigs: {
      access: ({ FunctionName }, call) => [functionAccess(state, FunctionName, call)],
      run: ({ FunctionName }, call) => ({ FunctionEventInvokeConfigs: [...state.function(FunctionName, call).eventInvokeConfigs.values()] }),
    },
    DeleteFunctionEventInvokeConfig: {
      access,
      run: ({ FunctionName, Qualifier }, call) => {
        const { lambda, qualifier = '$LATEST' } = state.resolve(FunctionName, call, Qualifier);
        existing(lambda, qualifier);
        lambda.eventInvokeConfigs.delete(qualifier);
        return {};
      },
    },
  };
}

function existing(lambda: LambdaFunction, qualifier: string | undefined): sdk.FunctionEventInvokeConfig {
  const config = eventInvokeConfigOf(lambda, qualifier);
  if (config) return config;
  const arn = functionArn(lambda, lambda.name, qualifier ?? '$LATEST');
  throw new AwsError('ResourceNotFoundException', `The function ${arn} doesn't have an EventInvokeConfig`, { details: { Type: 'User' } });
}

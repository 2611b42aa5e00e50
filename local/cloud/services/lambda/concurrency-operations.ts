import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { Call, Operations } from '../../gateway/service';
import { ACCOUNT_CONCURRENCY, LEAST_UNRESERVED, type Concurrency } from './concurrency';
import { functionAccess } from './function-access';
import type { LambdaState } from './lambda-state';

/** Reserved concurrency: how many invocations of a function may run at a time, and are kept free for it. */
export function concurrencyOperations(state: LambdaState, concurrency: Concurrency): Operations<typeof sdk> {
  const onFunction = ({ FunctionName }: { readonly FunctionName: string | undefined }, call: Call) => [functionAccess(state, FunctionName, call)];

  return {
    PutFunctionConcurrency: {
      access: onFunction,
      run: ({ FunctionName, ReservedConcurrentExecutions = 0 }, call) => {
        const lambda = state.function(FunctionName, call);
        const left = concurrency.unreserved(lambda) + (lambda.reservedConcurrency ?? 0) - ReservedConcurrentExecutions;
        if (left < LEAST_UNRESERVED) {
          throw new AwsError(
            'InvalidParameterValueException',
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
            { details: { Type: 'User' } },
          );
        }
        lambda.reservedConcurrency = ReservedConcurrentExecutions;
        return { ReservedConcurrentExecutions };
      },
    },
    GetFunctionConcurrency: {
      access: onFunction,
      run: ({ FunctionName }, call) => {
        const { reservedConcurrency } = state.function(FunctionName, call);
        return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
      },
    },
    DeleteFunctionConcurrency: {
      access: onFunction,
      run: ({ FunctionName }, call) => {
        state.function(FunctionName, call).reservedConcurrency = undefined;
        return {};
      },
    },
    GetAccountSettings: {
      access: () => [{ resource: '*' }],
      run: (_, call) => ({
        AccountLimit: { ConcurrentExecutions: ACCOUNT_CONCURRENCY, UnreservedConcurrentExecutions: concurrency.unreserved(call) },
        AccountUsage: { FunctionCount: state.in(call).length, TotalCodeSize: state.in(call).reduce((sum, { latest }) => sum + latest.code.sizeBytes, 0) },
      }),
    },
  };
}

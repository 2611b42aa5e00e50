import type * as sdk from '@aws-sdk/client-lambda';
import type { Operations } from '../../gateway/service';
import type { AsynchronousInvocations } from './asynchronous-invocations';
import { functionAccess } from './function-access';
import type { FunctionInvoker } from './function-invoker';
import { readPayload } from './invocation-errors';
import type { LambdaState } from './lambda-state';

/** How much of a log a caller can ask for. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const LOG_TAIL_BYTES = 4096;

/** The one operation that runs functions. */
export function invokeOperation(state: LambdaState, invoker: FunctionInvoker, queue: AsynchronousInvocations): Operations<typeof sdk> {
  return {
    Invoke: {
      access: ({ FunctionName, Qualifier }, call) => [{ ...functionAccess(state, FunctionName, call, Qualifier), action: 'lambda:InvokeFunction' }],
      run: async ({ FunctionName, Qualifier, InvocationType = 'RequestResponse', LogType, ClientContext, Payload }, call) => {
        const resolved = state.resolve(FunctionName, call, Qualifier);
        const payload = readPayload(Payload as Uint8Array | undefined, InvocationType);
        if (InvocationType === 'DryRun') return { StatusCode: 204 };
        if (InvocationType === 'Event') {
          queue.enqueue(resolved.lambda, resolved.qualifier, payload, call.requestId);
          return { StatusCode: 202 };
        }
        const clientContext = ClientContext === undefined ? undefined : Buffer.from(ClientContext, 'base64').toString();
        const answer = await invoker.invoke(resolved, { requestId: call.requestId, payload, clientContext });
        return {
          StatusCode: 200,
          ExecutedVersion: answer.executedVersion,
          Payload: Buffer.from(answer.payload) as never,
          ...(answer.functionError && { FunctionError: answer.functionError }),
          ...(LogType === 'Tail' && { LogResult: tailOf(answer.log) }),
        };
      },
    },
  };
}

function tailOf(log: readonly string[]): string {
  return Buffer.from(`${log.join('\n')}\n`).subarray(-LOG_TAIL_BYTES).toString('base64');
}

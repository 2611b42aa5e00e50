import type { FunctionDeployment } from '../../engines/functions/function-deployment';
import type { InvocationResult } from '../../engines/functions/invocation';

/** What X-Ray is told about an invocation: a segment document. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export function functionSegment({ functionName, functionArn, account }: FunctionDeployment, { traceId, requestId, startedAt, durationMs, outcome }: InvocationResult): string {
  const fields = new Map(traceId.split(';').map((field) => field.split('=') as [string, string]));
  const startSeconds = startedAt.getTime() / 1000;
  return JSON.stringify({
    trace_id: fields.get('Root'),
    id: fields.get('Parent'),
    name: functionName,
    origin: 'AWS::Lambda::Function',
    start_time: startSeconds,
    end_time: startSeconds + durationMs / 1000,
    aws: { account_id: account, function_arn: functionArn, request_id: requestId },
    ...(outcome.kind !== 'response' && { fault: true }),
  });
}

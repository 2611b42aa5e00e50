import { AwsError } from '../../gateway/aws-error';

/** What a synchronous request and its response may hold. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const SYNCHRONOUS_LIMIT_BYTES = 6 * 1024 * 1024;
/** Since October 2025: https://aws.amazon.com/about-aws/whats-new/2025/10/aws-lambda-payload-size-256-kb-1-mb-invocations/ */
const ASYNCHRONOUS_LIMIT_BYTES = 1024 * 1024;

/** Reads the payload of a request, which must be JSON and not too large; none at all counts as an empty object. */
export function readPayload(payload: Uint8Array | undefined, invocationType: string): string {
  const text = Buffer.from(payload ?? '').toString() || '{}';
  const limit = invocationType === 'Event' ? ASYNCHRONOUS_LIMIT_BYTES : SYNCHRONOUS_LIMIT_BYTES;
  if (Buffer.byteLength(text) > limit) {
    throw new AwsError('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, { details: { Type: 'User' } });
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${(error as Error).message}`, { details: { Type: 'User' } });
  }
  return text;
}

/** What a function's response turns into when it is larger than Lambda hands on; nothing when it is not. */
export function tooLarge(body: string): string | undefined {
  const bytes = Buffer.byteLength(body);
  if (bytes <= SYNCHRONOUS_LIMIT_BYTES) return undefined;
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${SYNCHRONOUS_LIMIT_BYTES} bytes).`;
  return JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
}

/** Too many at a time. */
export function throttled(reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded'): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', { details: { Reason: reason, Type: 'User', retryAfterSeconds: '1' } });
}

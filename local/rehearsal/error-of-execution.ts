import type { ExecutionOutcome } from './stage';

/** The message in what Step Functions keeps as the cause of an error: Lambda reports errors as JSON. */
export function messageIn(cause: string | undefined): string {
  try {
    return (JSON.parse(cause ?? '') as { errorMessage?: string }).errorMessage ?? cause ?? '';
  } catch {
    return cause ?? '';
  }
}

/** How an execution ended, in a line. */
export function ending({ status, error, cause }: ExecutionOutcome): string {
  return error === undefined ? status : `${status} with ${error}: ${messageIn(cause)}`;
}

import type { Execution } from '../../../lambda/common/aws/executions';
import { OperationError } from '../../../lambda/common/errors';

/** The run ended otherwise than it was meant to; the message says how. */
class RunFailed extends OperationError {
  override readonly name = 'RunFailed';
  override readonly disposition = 'stop';
}

/** What an ended execution came to. Raises `RunFailed` unless it succeeded. */
export function outputOf({ name, status, output, error, cause }: Execution): unknown {
  if (status !== 'SUCCEEDED') throw new RunFailed([`execution ${name} ended as ${status}`, ...(error ? [`${error}: ${messageIn(cause ?? '')}`] : [])].join(', '));
  return output;
}

/** Of a function's error the cause holds a report in JSON; other causes are text already. */
export function messageIn(cause: string): string {
  try {
    return (JSON.parse(cause) as { readonly errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}

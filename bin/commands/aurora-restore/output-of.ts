import type { Execution } from '../../../lambda/common/aws/executions';
import { OperationError } from '../../../lambda/common/errors';

/** The run ended otherwise than it was meant to; the message says how. */
class RunFailed extends OperationError {
  override readonly name = 'RunFailed';
  override readonly disposition = 'stop';
}

/** What an ended execution came to. Raises `RunFailed` unless it succeeded. */
export function outputOf({ name, status, output, error, cause }: Execution): unknown {
  if (status !== 'SUCCEEDED') throw new RunFailed([`execution ${name} ended as ${status}`, ...(error ? [`${error}: ${cause ?? ''}`] : [])].join(', '));
  return output;
}

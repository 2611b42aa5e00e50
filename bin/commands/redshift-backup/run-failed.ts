import { OperationError } from '../../../lambda/common/errors';

/** The run ended otherwise than it was meant to; the message says how. */
export class RunFailed extends OperationError {
  override readonly name = 'RunFailed';
  override readonly disposition = 'stop';
}

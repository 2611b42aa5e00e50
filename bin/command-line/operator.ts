import type { Deployment } from '../../lib/config/deployment';
import type { Location } from '../../lib/config/fields';
import type { Target } from '../../lambda/common/aws/client-factory';

/** Whoever gives a command, at a terminal or by a script: what commands know of them, ask and tell them. */
export interface Operator {
  /** The deployment that `--environment` names. Raises `InvalidInput` when there is none of that name. */
  deployment(): Deployment;
  /** Where to act, once it is certain that the credentials belong to the account of that place. Raises `InvalidInput` when they do not. */
  actIn(place: Location): Promise<Target>;
  /** Makes sure that somebody means it: they type the word, or gave `--yes`. Raises `NotConfirmed`. */
  confirm(consequence: string, word: string): Promise<void>;
  /** Gives the command's result: lines for people, or with `--json` the data itself. */
  answer(data: unknown, lines: readonly string[]): void;
  /** Says how things are going, apart from the result. */
  tell(line: string): void;
  pause(milliseconds: number): Promise<void>;
}

/** Nobody confirmed what would have been changed for good. Nothing was changed. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed';
}

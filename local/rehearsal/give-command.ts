import type { CommandOptions, CommandOutcome, OperatorTerminal } from './operator-terminal';
import type { Stage } from './stage';

/** A step in which an operator gives a command, as the runbooks write it. */
export function giveCommand<World>(stage: Stage<World>, terminal: OperatorTerminal, profile: string, command: readonly string[], options: CommandOptions = {}): Promise<CommandOutcome> {
  const told = `$ holdfast ${command.join(' ')} --profile ${profile}${options.interruptAt ? '   (interrupted)' : ''}`;
  return stage.step(told, () => terminal.give(profile, command, options), (outcome) => outcome.told);
}

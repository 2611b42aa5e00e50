import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { callerAccount } from '../../lambda/common/aws/caller';
import { InvalidInput } from '../../lambda/common/errors';
import { environmentOf } from '../../lib/config/deployment';
import { loadDeployment } from '../../lib/config/load-deployment';
import { NotConfirmed, type Operator } from './operator';

/** The options that every command has. */
export interface GlobalOptions {
  readonly environment: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  /** Seconds; each command has a pause of its own otherwise. */
  readonly lookEvery?: number;
}

/** Where answers are typed. */
type Terminal = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** The operator at this process's terminal. Options are read when they are needed: by then the command line is parsed. */
export function terminalOperator(program: Command, input: Terminal = process.stdin): Operator {
  const options = () => program.opts<GlobalOptions>();
  const deployment = () => loadDeployment(options().environment);
  return {
    deployment,
    async actIn(place) {
      const { account, region } = environmentOf(deployment(), place);
      const actual = await callerAccount({ region });
      if (actual !== account) {
        throw new InvalidInput('credentials', [`account: ${JSON.stringify(actual)} is not allowed, expected ${JSON.stringify(account)} (${place.account}); choose others with --profile or AWS_PROFILE`]);
      }
      return { region };
    },
    async confirm(consequence, word) {
      if (options().yes) return;
      if (!input.isTTY) throw new NotConfirmed(`${consequence} Nobody is at a terminal to confirm it: repeat the command with --yes.`);
      const terminal = createInterface({ input, output: process.stderr });
      const typed = await terminal.question(`${consequence}\nType ${word} to go on: `);
      terminal.close();
      if (typed.trim() !== word) throw new NotConfirmed(`${JSON.stringify(typed.trim())} is not ${word}: nothing was done.`);
    },
    answer(data, lines) {
      process.stdout.write(options().json ? `${JSON.stringify(data, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
    },
    tell(line) {
      process.stderr.write(`${line}\n`);
    },
    async pause(milliseconds) {
      const { lookEvery } = options();
      await delay(lookEvery === undefined ? milliseconds : lookEvery * 1000);
    },
  };
}

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalCloud } from '../cloud/local-cloud';
import { writeProfiles } from '../kept-cloud/profiles';

/** How a command ended. */
export interface CommandOutcome {
  readonly exitCode: number | null;
  /** What it answered, as `--json` has it; nothing when it failed or was interrupted. */
  readonly answer: unknown;
  /** What it told meanwhile, a line each. */
  readonly told: readonly string[];
}

export interface CommandOptions {
  /** Interrupts the command, as Ctrl-C does, when it tells a line like this. */
  readonly interruptAt?: RegExp;
}

const PROGRAM = path.resolve(__dirname, '..', '..', 'bin', 'holdfast.mjs');

/** A terminal of somebody who has a profile for each account: gives the product's commands, each in a process of its own. */
export class OperatorTerminal {
  private readonly environment: Readonly<Record<string, string>>;

  constructor(cloud: LocalCloud, accounts: Readonly<Record<string, string>>, region: string) {
    const profiles = Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, { credentials: cloud.credentials.administratorOf(account), region }]));
    this.environment = writeProfiles(cloud.services.compute.launcher.directory, profiles, cloud.endpoint);
  }

  /** Gives a command with the profile of an account, and `--yes` to whatever it asks. */
  give(profile: string, command: readonly string[], { interruptAt }: CommandOptions = {}): Promise<CommandOutcome> {
    const child = spawn(process.execPath, [PROGRAM, '--json', '--yes', '--profile', profile, ...command], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const told: string[] = [];
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      told.push(line);
      if (interruptAt?.test(line)) child.kill('SIGINT');
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, answer: exitCode === 0 ? (JSON.parse(text) as unknown) : undefined, told }));
    });
  }
}

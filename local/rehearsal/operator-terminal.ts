import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalCloud } from '../cloud/local-cloud';
import { writeProfiles } from '../kept-cloud/profiles';
import { programArguments } from '../program-arguments';

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
  /** Lets the cloud's time pass while the command waits for something. @default it does not pass */
  readonly timePasses?: boolean;
}

/** How much time passes between two looks of a command that waits, in the cloud and here. */
const LEAP_MS = 180_000;
const LOOK_MS = 100;

/** A terminal of somebody who has a profile for each account: gives the product's commands, each in a process of its own. */
export class OperatorTerminal {
  private readonly environment: Readonly<Record<string, string>>;

  constructor(
    private readonly cloud: LocalCloud,
    accounts: Readonly<Record<string, string>>,
    region: string,
  ) {
    const profiles = Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, { credentials: cloud.credentials.administratorOf(account), region }]));
    const { directory } = cloud.services.compute.launcher;
    // Each command is a process that loads the same program.
    this.environment = { ...writeProfiles(directory, profiles, cloud.endpoint), NODE_COMPILE_CACHE: path.join(directory, 'compiled', 'holdfast') };
  }

  /** Gives a command with the profile of an account, and `--yes` to whatever it asks. */
  async give(profile: string, command: readonly string[], { interruptAt, timePasses }: CommandOptions = {}): Promise<CommandOutcome> {
    const child = spawn(process.execPath, [...programArguments('bin/holdfast'), '--json', '--yes', '--look-every', String(LOOK_MS / 1000), '--profile', profile, ...command], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const told: string[] = [];
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      told.push(line);
      if (interruptAt?.test(line)) child.kill('SIGINT');
    });
    const ended = new Promise<CommandOutcome>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, answer: exitCode === 0 ? (JSON.parse(text) as unknown) : undefined, told }));
    });
    if (timePasses) await this.passUntil(ended);
    return ended;
  }

  private async passUntil(ended: Promise<unknown>): Promise<void> {
    let goesOn = true;
    const stop = () => {
      goesOn = false;
    };
    void ended.then(stop, stop);
    while (goesOn) {
      await this.cloud.clock.pass(LEAP_MS);
      await delay(LOOK_MS);
    }
  }
}

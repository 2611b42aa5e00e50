import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { ProcessIdentity } from './process-identity';

export interface CommandOptions {
  readonly identity: ProcessIdentity;
  /** Text for the command's standard input: the place for secrets, which an argument list would show to every user. */
  readonly input?: string;
  readonly allowedExitCodes?: readonly number[];
}

/** The environment of every child process: a known language and time zone, whatever the machine is set to. */
export const CHILD_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

interface RunningCommand {
  readonly child: ChildProcess;
  readonly args: readonly string[];
}

const running = new Set<RunningCommand>();

/** Ends the commands that were given a path in the directory: one that goes on would make anew what is about to be removed. */
export async function endCommandsIn(directory: string): Promise<void> {
  const ending = [...running].filter(({ args }) => args.some((argument) => argument.startsWith(directory)));
  await Promise.all(
    ending.map(async ({ child }) => {
      child.kill('SIGKILL');
      await once(child, 'close');
    }),
  );
}

/** Runs a command to its end and returns its standard output; fails with the last of its error output. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { identity, input = '', allowedExitCodes = [0] } = options;
  return new Promise((resolve, reject) => {
    // A working directory that every account can enter: the caller's own may be closed to the lent one.
    const child = spawn(command, args, { ...identity, cwd: '/', stdio: 'pipe', env: CHILD_ENVIRONMENT });
    const entry = { child, args };
    running.add(entry);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', (error) => {
      running.delete(entry);
      reject(error);
    });
    child.once('close', (code, signal) => {
      running.delete(entry);
      if (code !== null && allowedExitCodes.includes(code)) resolve(output);
      else reject(new Error(`${basename(command)} ended with ${code ?? signal}: ${errors.trim().slice(-800)}`));
    });
    // A command that ends without reading its input closes the pipe; its exit code says what happened.
    child.stdin.once('error', () => undefined);
    child.stdin.end(input);
  });
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listChildProcesses } from './child-processes';
import type { ProcessGuard } from '../process-guard';
import type { ProcessIdentity } from './process-identity';
import { CHILD_ENVIRONMENT, runCommand } from './run-command';

/** The server ended, or never became ready, while it was being started; the message holds the end of its log. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';

  constructor(
    reason: string,
    log: string,
    /** Whether another process has the port. */
    readonly portWasTaken = /could not bind .*Address already in use/.test(log),
  ) {
    super(`PostgreSQL did not start: ${reason}\n${log.slice(-1500)}`);
  }
}

export interface PostmasterProps {
  readonly program: string;
  readonly identity: ProcessIdentity;
  readonly guard: ProcessGuard;
  readonly dataDirectory: string;
  readonly configurationFile: string;
  readonly logFile: string;
}

const READY_WITHIN_MS = 60_000;
const POLL_MS = 4;
/** A fast shutdown waits for standbys to receive everything, which a cut link never lets happen. */
const FAST_SHUTDOWN_WITHIN_MS = 10_000;

/** One server process and the children it forks: starts it, stops it, kills it. */
export class Postmaster {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly props: PostmasterProps) {}

  /** Whether the process is there. It may still be starting. */
  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** Starts the server and waits until it takes connections. */
  async start(): Promise<void> {
    if (this.child) throw new Error(`the server in ${this.props.dataDirectory} is running already`);
    const child = this.spawn();
    const startedAtMs = performance.now();
    while (!['ready', 'standby'].includes((await this.readPidFile(child.pid))?.status ?? '')) {
      if (!this.child) throw new ServerDidNotStart(`it ended with ${child.exitCode ?? child.signalCode}`, await this.log());
      if (performance.now() - startedAtMs > READY_WITHIN_MS) {
        await this.kill();
        throw new ServerDidNotStart(`it was not ready after ${READY_WITHIN_MS} ms`, await this.log());
      }
      await delay(POLL_MS);
    }
    // A program that forgets a server may end; the guard then stops the server.
    child.unref();
  }

  /** Ends all sessions and shuts down cleanly; `immediate` skips the checkpoint, so that the next start recovers. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const child = this.child;
    if (!child) return;
    child.ref();
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    const deadline = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_WITHIN_MS);
    await this.ended;
    clearTimeout(deadline);
  }

  /** Kills the server and all its sessions at one blow, as when its machine is lost. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined) return;
    child.ref();
    // Stopped first, so that it forks nobody between the look and the blow.
    child.kill('SIGSTOP');
    const sessions = await listChildProcesses(child.pid);
    for (const pid of [child.pid, ...sessions]) killIfThere(pid);
    await this.ended;
  }

  /** The end of what the server has logged. */
  async log(): Promise<string> {
    return (await readFile(this.props.logFile, 'utf8').catch(() => '')).slice(-20_000);
  }

  private spawn(): ChildProcess {
    const { program, identity, guard, dataDirectory, configurationFile, logFile } = this.props;
    const log = openSync(logFile, 'w');
    // Detached: an interrupt typed at the terminal is for this process, which decides what happens to its servers.
    const child = spawn(program, ['-D', dataDirectory, '-c', `config_file=${configurationFile}`], {
      ...identity,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: CHILD_ENVIRONMENT,
    });
    closeSync(log);
    if (child.pid !== undefined) guard.watch(child.pid);
    this.child = child;
    this.ended = new Promise((resolve) => {
      const finish = async (signal: NodeJS.Signals | null): Promise<void> => {
        if (signal === 'SIGKILL') await this.removeSharedMemory(child.pid);
        if (child.pid !== undefined) guard.forget(child.pid);
        this.child = undefined;
        resolve();
      };
      child.once('exit', (_code, signal) => void finish(signal));
      child.once('error', () => void finish(null));
    });
    return child;
  }

  /** A killed server leaves a System V segment of 56 bytes behind for good, and a machine has room for a few thousand. */
  private async removeSharedMemory(pid: number | undefined): Promise<void> {
    const segment = (await this.readPidFile(pid))?.sharedMemoryId;
    // Without ipcrm, or with the segment gone, there is nothing more to do.
    if (segment !== undefined) await runCommand('ipcrm', ['-m', segment], { identity: {} }).catch(() => undefined);
  }

  /**
   * Reads what the server writes about itself, as pg_ctl does: line 1 is its process id, line 7 its shared memory, line 8
   * `starting`, `ready`, `standby` or `stopping`.
   */
  private async readPidFile(pid: number | undefined): Promise<{ readonly status?: string; readonly sharedMemoryId?: string } | undefined> {
    const text = await readFile(join(this.props.dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n').map((line) => line.trim());
    if (Number(lines[0]) !== pid) return undefined;
    return { status: lines[7], sharedMemoryId: lines[6]?.split(/\s+/)[1] };
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { programArguments } from '../../../../program-arguments';
import type { CallSts, SignedRequest } from '../auth/workload-identity';
import type { FaultRule } from '../faults';
import type { LoggedStatement } from '../run/statement-log';
import { SnowflakeError } from '../snowflake-error';
import type { StageCredentials } from '../stages/object-store';
import type { Corruption, ExecuteOptions, NewUser, OperatorRow, StatementLike, WarehouseControl, WarehouseCounters } from '../warehouse-control';
import type { DoorMethod } from './operator-door';
import type { Answer, ProcessConfig, ProcessReady, Question } from './process-config';

/** The part of the cloud's clock that the warehouse follows. */
export interface FollowedClock {
  reading(): unknown;
  beginWork(): () => void;
}

export interface WarehouseProcessOptions extends Omit<ProcessConfig, 'ports'> {
  readonly clock?: FollowedClock;
  readonly callSts?: CallSts;
  /** Needed with `stageBucket`: credentials for the driver, for a prefix of the bucket. */
  readonly stageCredentials?: (prefix: string) => Promise<StageCredentials>;
}

/** A warehouse in a process of its own, so that loading millions of rows leaves this process's event loop alone. */
export class WarehouseProcess implements WarehouseControl {
  private readonly working = new Map<number, () => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly ready: ProcessReady,
    private readonly ports: Pick<WarehouseProcessOptions, 'clock' | 'callSts' | 'stageCredentials'>,
  ) {
    child.on('message', (question: Question) => void this.answer(question));
  }

  /** Starts the process and waits until it listens. */
  static async start({ clock, callSts, stageCredentials, ...config }: WarehouseProcessOptions = {}): Promise<WarehouseProcess> {
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, programArguments('local/cloud/engines/snowflake/process/serve'), {
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
      env: { ...(PATH !== undefined && { PATH }), ...(HOME !== undefined && { HOME }), ...(TMPDIR !== undefined && { TMPDIR }) },
    });
    if (!child.stdin || !child.stdout) throw new Error('the warehouse process has no pipes');
    const ports = { clock: clock !== undefined, callSts: callSts !== undefined, stageCredentials: stageCredentials !== undefined };
    child.stdin.end(JSON.stringify({ ...config, ports } satisfies ProcessConfig));
    const lines = createInterface(child.stdout);
    const line = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the warehouse process ended with code ${String(code)} before it listened`);
      }),
    ]);
    return new WarehouseProcess(child, JSON.parse(String(line[0])) as ProcessReady, {
      ...(clock && { clock }),
      ...(callSts && { callSts }),
      ...(stageCredentials && { stageCredentials }),
    });
  }

  get url(): string {
    return this.ready.url;
  }

  /** Where whoever has the token may do what `WarehouseControl` can: `POST <url>/<method>` with a JSON array of arguments. */
  get door(): { readonly url: string; readonly token: string } {
    return { url: this.ready.doorUrl, token: this.ready.doorToken };
  }

  /** The process, for those who want to know what it costs. */
  get pid(): number {
    return this.child.pid ?? NaN;
  }

  execute(sqlText: string, options?: ExecuteOptions): Promise<readonly OperatorRow[]> {
    return this.call('execute', sqlText, options);
  }

  createUser(user: NewUser): Promise<void> {
    return this.call('createUser', user);
  }

  corrupt(corruption: Corruption): Promise<number> {
    return this.call('corrupt', corruption);
  }

  async statements(): Promise<readonly LoggedStatement[]> {
    const logged = await this.call<readonly LoggedStatement[]>('statements');
    return logged.map((entry) => ({ ...entry, startedAt: new Date(entry.startedAt) }));
  }

  statementLike(like: StatementLike): Promise<void> {
    return this.call('statementLike', like);
  }

  counters(): Promise<WarehouseCounters> {
    return this.call('counters');
  }

  addFault(rule: FaultRule): Promise<void> {
    return this.call('addFault', rule);
  }

  clearFaults(): Promise<void> {
    return this.call('clearFaults');
  }

  expireSessions(andMaster: boolean): Promise<void> {
    return this.call('expireSessions', andMaster);
  }

  expireStageCredentials(): Promise<void> {
    return this.call('expireStageCredentials');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    for (const done of this.working.values()) done();
  }

  private async call<T>(method: DoorMethod, ...args: readonly unknown[]): Promise<T> {
    const response = await fetch(`${this.ready.doorUrl}/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.ready.doorToken}` },
      body: JSON.stringify(args.filter((arg) => arg !== undefined)),
    });
    const { value, error } = (await response.json()) as { value?: T; error?: { code: string; sqlState: string; message: string } };
    if (error) throw new SnowflakeError(error.code, error.sqlState, error.message);
    return value as T;
  }

  private async answer({ id, port, argument }: Question): Promise<void> {
    const answer: Answer = await this.port(port, argument).then(
      (value) => ({ kind: 'answer', id, value }),
      (error: unknown) => ({ kind: 'answer', id, error: error instanceof Error ? error.message : String(error) }),
    );
    if (this.child.connected) this.child.send(answer);
  }

  private async port(port: Question['port'], argument: unknown): Promise<unknown> {
    const { clock, callSts, stageCredentials } = this.ports;
    switch (port) {
      case 'time':
        return clock?.reading();
      case 'begin':
        if (clock) this.working.set(argument as number, clock.beginWork());
        return clock?.reading();
      case 'end':
        this.working.get(argument as number)?.();
        this.working.delete(argument as number);
        return null;
      case 'callSts':
        return callSts?.(argument as SignedRequest);
      case 'stageCredentials':
        return stageCredentials?.(argument as string);
    }
  }
}

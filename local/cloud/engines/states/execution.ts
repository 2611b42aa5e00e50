import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { StateMachine } from './compile';
import { ExecutionAttempt, type ExecutionResult } from './execution-attempt';
import { type AttemptRecorder, ExecutionHistory, NOT_TRUNCATED } from './history';
import { Branch } from './interpreter/branch';
import type { EnteredState, ExecutionPorts } from './interpreter/state-run';
import { byteLengthOf, type Json, type JsonObject } from './json';

/** What StartExecution needs to know, and who wants to hear of it. */
export interface ExecutionOptions extends ExecutionPorts {
  readonly machine: StateMachine;
  /** `arn:aws:states:<region>:<account>:execution:<state machine>:<name>`; name, region and machine are taken from it. */
  readonly arn: string;
  readonly roleArn: string;
  /** JSON text. */
  readonly input: string;
  /** Called for each event as it is recorded. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /**
   * Called when a state has been entered, before it does anything, and awaited. It may stop the execution; a `TaskFailure`
   * that it throws becomes the state's failure.
   */
  readonly onStateEntered?: (state: EnteredState) => void | Promise<void>;
}

/** The input of an execution is no JSON or too large. */
export class InvalidExecutionInput extends Error {
  override readonly name = 'InvalidExecutionInput';
}

/** The execution is in no state to be redriven. */
export class ExecutionNotRedrivable extends Error {
  override readonly name = 'ExecutionNotRedrivable';
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-eligibility */
const REDRIVABLE_DAYS = 14;
const MOST_REDRIVABLE_EVENTS = 24_998;
const MOST_INPUT_BYTES = 262_144;

/** Starts an execution; it runs by itself from then on. Throws `InvalidExecutionInput`. */
export function startExecution(options: ExecutionOptions): Execution {
  return new Execution(options, parseInput(options.input));
}

/** One execution of a state machine, through all its redrives. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly startDate: Date;
  private readonly recorded: ExecutionHistory;
  private readonly root: Branch;
  private attempt: ExecutionAttempt;
  private readonly redrives: Date[] = [];

  /** Use `startExecution`, which checks the input first. */
  constructor(
    private readonly options: ExecutionOptions,
    private readonly inputValue: Json,
  ) {
    const { arn, clock, input, machine, onEvent, roleArn } = options;
    const parts = arn.split(':');
    this.arn = arn;
    this.name = parts[7] ?? '';
    this.stateMachineArn = [...parts.slice(0, 5), 'stateMachine', parts[6]].join(':');
    this.startDate = clock.now();
    this.recorded = new ExecutionHistory(
      () => clock.now(),
      (event) => onEvent?.(event),
    );
    const recorder = this.recorded.openRecorder();
    recorder.append('ExecutionStarted', 0, { executionStartedEventDetails: { input, inputDetails: NOT_TRUNCATED, roleArn } });
    // In AWS the first state's event follows nothing, not even the start.
    this.root = new Branch(machine.definition, inputValue, 0);
    this.attempt = this.begin(recorder, undefined);
  }

  get status(): ExecutionResult['status'] | 'RUNNING' {
    return this.attempt.ended?.result.status ?? 'RUNNING';
  }

  /** How the current attempt ends; a redrive begins another. Rejects only for a fault of the interpreter or its surroundings. */
  get result(): Promise<ExecutionResult> {
    return this.attempt.result;
  }

  get stopDate(): Date | undefined {
    return this.attempt.ended?.date;
  }

  get redriveCount(): number {
    return this.redrives.length;
  }

  get redriveDate(): Date | undefined {
    return this.redrives.at(-1);
  }

  /** All events so far, as GetExecutionHistory returns them. */
  get history(): readonly HistoryEvent[] {
    return this.recorded.events;
  }

  /** StopExecution; nothing happens if the execution has ended. */
  stop(error?: string, cause?: string): void {
    this.attempt.stop(error, cause);
  }

  /**
   * RedriveExecution: goes on from the states that did not end, with the same input and fresh Retriers.
   *
   * Branches and iterations that came to their end are not run again, the history continues, and `result` is that of the
   * new attempt. Throws `ExecutionNotRedrivable` for an execution that runs, has succeeded, or ended too long ago.
   */
  redrive(): void {
    const reason = this.reasonAgainstRedrive();
    if (reason !== undefined) throw new ExecutionNotRedrivable(reason);
    this.redrives.push(this.options.clock.now());
    const recorder = this.recorded.openRecorder();
    const eventId = recorder.append('ExecutionRedriven', recorder.lastEventId, { executionRedrivenEventDetails: { redriveCount: this.redriveCount } });
    this.attempt = this.begin(recorder, eventId);
  }

  /** Why the execution cannot be redriven; undefined if it can. */
  reasonAgainstRedrive(): string | undefined {
    const { ended } = this.attempt;
    if (!ended || ended.result.status === 'SUCCEEDED') return `Execution is ${this.status} and cannot be redriven`;
    if (this.options.clock.now().getTime() - ended.date.getTime() > REDRIVABLE_DAYS * 24 * 3_600_000) {
      return `Execution ended more than ${REDRIVABLE_DAYS} days ago and cannot be redriven`;
    }
    if (this.history.length > MOST_REDRIVABLE_EVENTS) return `Execution has ${this.history.length} history events and cannot be redriven`;
    return undefined;
  }

  private begin(history: AttemptRecorder, redrivenEventId: number | undefined): ExecutionAttempt {
    const { arn, clock, machine, onStateEntered, random, roleArn, tasks, tokens } = this.options;
    const region = arn.split(':')[3] ?? '';
    const session = { arn, clock, random, region, roleArn, tasks, tokens, history, context: this.context(), redrivenEventId, onStateEntered };
    return new ExecutionAttempt(session, this.root, machine.definition.TimeoutSeconds);
  }

  private context(): JsonObject {
    return {
      Execution: {
        Id: this.arn,
        Input: this.inputValue,
        StartTime: this.startDate.toISOString(),
        Name: this.name,
        RoleArn: this.options.roleArn,
        RedriveCount: this.redriveCount,
        ...(this.redriveDate && { RedriveTime: this.redriveDate.toISOString() }),
      },
      StateMachine: { Id: this.stateMachineArn, Name: this.stateMachineArn.split(':')[6] ?? '' },
    };
  }
}

function parseInput(text: string): Json {
  let input: Json;
  try {
    input = JSON.parse(text) as Json;
  } catch {
    throw new InvalidExecutionInput('the input is not JSON');
  }
  const bytes = byteLengthOf(input);
  if (bytes > MOST_INPUT_BYTES) throw new InvalidExecutionInput(`the input has ${bytes} bytes, more than ${MOST_INPUT_BYTES}`);
  return input;
}

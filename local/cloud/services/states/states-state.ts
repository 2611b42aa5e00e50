import type { LogLevel, LoggingConfiguration, StateMachineType } from '@aws-sdk/client-sfn';
import type { StateMachine as CompiledMachine } from '../../engines/states/compile';
import type { Execution } from '../../engines/states/execution';
import type { ExecutionResult } from '../../engines/states/execution-attempt';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';

/** What an update of a state machine changes as a whole; running executions keep what they started with. */
export interface MachineRevision {
  readonly id: string;
  readonly definition: string;
  readonly compiled: CompiledMachine;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly isTraced: boolean;
  readonly at: Date;
}

export interface StateMachine extends Place {
  readonly name: string;
  readonly arn: string;
  readonly type: StateMachineType;
  readonly createdAt: Date;
  revision: MachineRevision;
  tags: Record<string, string>;
}

/** An execution with what the API shows of it and the engine does not know. */
export interface MachineExecution extends Place {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly revision: MachineRevision;
  readonly input: string;
  readonly run: Execution;
  readonly traceHeader: string | undefined;
  /** How it ended, until it is redriven. */
  outcome: ExecutionResult | undefined;
}

interface RegionState {
  readonly machines: Map<string, StateMachine>;
  readonly executions: Map<string, MachineExecution>;
}

/** State machines and executions of all accounts and regions. */
export class StatesState {
  private readonly regions = new PerRegion<RegionState>(() => ({ machines: new Map(), executions: new Map() }));

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  machine(arn: string | undefined): StateMachine {
    const parts = parseArn(arn ?? '');
    if (parts?.service !== 'states' || !parts.resource.startsWith('stateMachine:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn ?? ''}'`);
    const machine = this.regions.in(parts).machines.get(arn ?? '');
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return machine;
  }

  execution(arn: string | undefined): MachineExecution {
    const parts = parseArn(arn ?? '');
    if (parts?.service !== 'states' || !parts.resource.startsWith('execution:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn ?? ''}'`);
    const execution = this.regions.in(parts).executions.get(arn ?? '');
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn ?? ''}'`);
    return execution;
  }

  executionsOf(machine: StateMachine): readonly MachineExecution[] {
    return [...this.regions.in(machine).executions.values()].filter((execution) => execution.machine === machine);
  }
}

export function machineArn(place: Place, name: string): string {
  return regionalArn('states', place, `stateMachine:${name}`);
}

/** Which events of an execution are logged. https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html */
export function isLogged(level: LogLevel | undefined, eventType: string): boolean {
  const isFatal = ['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'].includes(eventType);
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return isFatal || /(Failed|TimedOut|Aborted|StartFailed)$/.test(eventType) || eventType === 'FailStateEntered';
    case 'FATAL':
      return isFatal;
    default:
      return false;
  }
}

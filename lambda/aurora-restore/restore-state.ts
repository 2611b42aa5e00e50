import type { DynamoTable } from '../common/aws/dynamo-table';
import type { RestoreRun } from './contract';

/** How far a run is. */
export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** One row of the state table. */
export interface RestoreState {
  readonly operation_id: string;
  readonly status: RunStatus;
  /** The event that the audit recorded last. */
  readonly state: string;
  readonly parameters: RestoreRun;
  readonly execution: string;
  readonly last_updated: string;
}

export interface RestoreStatesPorts {
  readonly table: Pick<DynamoTable, 'get' | 'putIf' | 'set'>;
  readonly now: () => Date;
}

/** Which operation works towards a target's name. In the state table beside the runs, under a key that no operation can have. */
interface TargetTurn {
  readonly operation_id: string;
  readonly holder: string;
}

/** The state table: what runs there are, how far each is, and whose turn a target is. */
export class RestoreStates {
  constructor(private readonly ports: RestoreStatesPorts) {}

  async find(operationId: string): Promise<RestoreState | undefined> {
    return (await this.ports.table.get({ operation_id: operationId })) as RestoreState | undefined;
  }

  /**
   * Makes the execution the one that works on the run: a new run, one that failed and is resumed, or one whose execution
   * is known to be dead. Answers false when the run is under way in another execution, or has succeeded.
   */
  async claim(run: RestoreRun, execution: string, deadExecution = execution): Promise<boolean> {
    const item: RestoreState = { operation_id: run.operationId, status: 'RUNNING', state: 'RequestAdmitted', parameters: run, execution, last_updated: this.ports.now().toISOString() };
    return this.ports.table.putIf(
      { ...item },
      {
        expression: 'attribute_not_exists(#id) OR #status = :failed OR (#status = :running AND #execution IN (:execution, :dead))',
        names: { '#id': 'operation_id', '#status': 'status', '#execution': 'execution' },
        values: { ':failed': 'FAILED', ':running': 'RUNNING', ':execution': execution, ':dead': deadExecution },
      },
    );
  }

  /** The operation whose turn a target is, or was last. */
  async turnOf(target: string): Promise<string | undefined> {
    return ((await this.ports.table.get({ operation_id: turnKey(target) })) as TargetTurn | undefined)?.holder;
  }

  /** Makes it the operation's turn, unless it has become that of another than `before` meanwhile; answers whether it is. */
  async takeTurn(target: string, operationId: string, before: string | undefined): Promise<boolean> {
    const item: TargetTurn = { operation_id: turnKey(target), holder: operationId };
    const unchanged = { expression: 'attribute_not_exists(#id) OR #holder IN (:me, :before)', names: { '#id': 'operation_id', '#holder': 'holder' }, values: { ':me': operationId, ':before': before ?? operationId } };
    return this.ports.table.putIf({ ...item }, unchanged);
  }

  /** Notes how far a run is, or how it ended. A run that was never admitted has no row and gets none. */
  async note(operationId: string, changes: { readonly state?: string; readonly status?: RunStatus; readonly outcome?: unknown }): Promise<void> {
    const admitted = { expression: 'attribute_exists(#id)', names: { '#id': 'operation_id' } };
    await this.ports.table.set({ operation_id: operationId }, { ...changes, last_updated: this.ports.now().toISOString() }, admitted);
  }
}

function turnKey(target: string): string {
  return `target/${target}`;
}

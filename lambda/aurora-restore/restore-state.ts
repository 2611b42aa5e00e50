import type { DynamoTable } from '../common/aws/dynamo-table';
import type { RestoreRun } from './contract';

/** How far a run is. */
export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** One row of the state table. */
export interface RestoreState {
  readonly operation_id: string;
  readonly status: RunStatus;
  /** The step that was entered last. */
  readonly state: string;
  readonly parameters: RestoreRun;
  readonly execution: string;
  readonly last_updated: string;
}

export interface RestoreStatesPorts {
  readonly table: Pick<DynamoTable, 'get' | 'putIf' | 'set'>;
  readonly now: () => Date;
}

/** The state table: what runs there are and how far each is. */
export class RestoreStates {
  constructor(private readonly ports: RestoreStatesPorts) {}

  async find(operationId: string): Promise<RestoreState | undefined> {
    return (await this.ports.table.get({ operation_id: operationId })) as RestoreState | undefined;
  }

  /**
   * Makes the execution the one that works on the run: a new run, or one that failed and is resumed.
   * Answers false when the run is under way in another execution, or has succeeded.
   */
  async claim(run: RestoreRun, execution: string): Promise<boolean> {
    const item: RestoreState = { operation_id: run.operationId, status: 'RUNNING', state: 'AdmitRequest', parameters: run, execution, last_updated: this.ports.now().toISOString() };
    return this.ports.table.putIf(
      { ...item },
      {
        expression: 'attribute_not_exists(#id) OR #status = :failed OR (#status = :running AND #execution = :execution)',
        names: { '#id': 'operation_id', '#status': 'status', '#execution': 'execution' },
        values: { ':failed': 'FAILED', ':running': 'RUNNING', ':execution': execution },
      },
    );
  }

  /** Notes the step or the end of a run. */
  async note(operationId: string, changes: { readonly state?: string; readonly status?: RunStatus; readonly outcome?: unknown }): Promise<void> {
    await this.ports.table.set({ operation_id: operationId }, { ...changes, last_updated: this.ports.now().toISOString() });
  }
}

import type { Access } from '../catalog/access';
import type { Catalog } from '../catalog/catalog';
import type { Names } from '../catalog/names';
import type { Table } from '../catalog/objects';
import type { Session } from '../catalog/session';
import type { DuckDatabase } from '../duck/duck-database';
import type { StageFiles } from '../stages/stage-files';
import type { RowsResult } from './statement-result';
import type { StatementLog } from './statement-log';
import type { Transactions } from './transactions';

/** Everything that lives as long as the warehouse and that statements work with. */
export interface Engine {
  readonly catalog: Catalog;
  readonly access: Access;
  readonly names: Names;
  readonly database: DuckDatabase;
  readonly transactions: Transactions;
  readonly stageFiles: StageFiles;
  readonly log: StatementLog;
  readonly now: () => Date;
  /** The rows that a finished query returned, for RESULT_SCAN. */
  readonly resultOf: (queryId: string) => RowsResult | undefined;
}

/** A value bound to a placeholder, as the driver sends it. */
export interface Binding {
  readonly type: string;
  readonly value: string | null | readonly (string | null)[];
}

/** One statement on its way: the engine, who runs it, and what came with it. */
export interface StatementContext {
  readonly engine: Engine;
  readonly session: Session;
  readonly queryId: string;
  readonly sqlText: string;
  readonly bindings: ReadonlyMap<number, Binding>;
  /** Where the driver has put the rows of an array bind, when there were too many for the request. */
  readonly bindStage: string | undefined;
  /** Tables that the statement has turned out to read. */
  readonly reads: Set<Table>;
}

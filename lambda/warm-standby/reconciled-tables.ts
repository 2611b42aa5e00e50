import type { Env } from '../common/env';
import { ENV } from './contract';

/** A table whose rows carry numbers that only grow. */
export interface ReconciledTable {
  readonly schema: string;
  readonly table: string;
  readonly key: string;
}

/** The tables by which losses are told. The stack writes what the configuration has checked. */
export function reconciledTablesOf(env: Env): readonly ReconciledTable[] {
  return env.json(ENV.RECONCILED_TABLES) as readonly ReconciledTable[];
}

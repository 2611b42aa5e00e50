import { createHash } from 'node:crypto';

/** Names in Snowflake that belong to one attempt at one batch. */
export interface AttemptNames {
  readonly id: string;
  readonly staging: string;
  readonly fields: string;
  readonly misfits: string;
  /** Directory of the stage. */
  readonly path: string;
}

const ID_DIGITS = 16;

/** What a batch is: the n-th of its table, whichever attempt makes it. Only one attempt can move the state from n-1 to n. */
export function batchId(tableId: string, batch: number): string {
  return createHash('sha256').update(JSON.stringify([tableId, batch])).digest('hex').slice(0, ID_DIGITS).toUpperCase();
}

/**
 * Names for an attempt at a batch. Each attempt has its own, so that a statement of one that was given up, should it
 * still run somewhere, changes nothing that anybody reads.
 */
export function attemptNames(tableId: string, batch: number, attempt: string): AttemptNames {
  return namesOf(`${attemptPrefix(tableId)}${batchId(tableId, batch)}_${attempt.toUpperCase()}`);
}

/** The names of an attempt, out of its id. */
export function namesOf(id: string): AttemptNames {
  return { id, staging: `${id}_S`, fields: `${id}_F`, misfits: `${id}_Q`, path: id.toLowerCase() };
}

/** What the names of all attempts at a table begin with. */
export function attemptPrefix(tableId: string): string {
  return `HF_${createHash('sha256').update(tableId).digest('hex').slice(0, ID_DIGITS).toUpperCase()}_`;
}

/** What earlier batches of a table measured. */
export interface Rates {
  readonly bytesPerRow: number;
  readonly rowsPerSecond: number;
}

export interface BatchLimits {
  /** Bytes of records that a batch may have. */
  readonly batchBytes: number;
  /** How long a batch may take. */
  readonly batchSeconds: number;
  readonly leastRows: number;
  readonly mostRows: number;
}

/** How many rows the next batch reads: as many as fit its bytes and its time, judged by earlier batches or, before there were any, by what rows take in the source. */
export function batchRows(limits: BatchLimits, storedRowBytes: number, rates: Rates | null): number {
  const byBytes = limits.batchBytes / Math.max(1, rates?.bytesPerRow ?? storedRowBytes);
  const byTime = rates ? rates.rowsPerSecond * limits.batchSeconds : limits.mostRows;
  return Math.floor(Math.min(limits.mostRows, Math.max(limits.leastRows, Math.min(byBytes, byTime))));
}

/** A new measurement weighs as much as all before it. */
const WEIGHT = 0.5;
/** Fewer rows say more about the connection than about the table. */
const LEAST_ROWS_TO_LEARN_FROM = 1000;

/** Rates after another measurement. */
export function learnRates(rates: Rates | null, measured: { readonly rows: number; readonly bytes: number; readonly seconds: number }): Rates | null {
  const { rows, bytes, seconds } = measured;
  if (rows < LEAST_ROWS_TO_LEARN_FROM || seconds <= 0) return rates;
  const found: Rates = { bytesPerRow: bytes / rows, rowsPerSecond: rows / seconds };
  if (!rates) return found;
  const blend = (old: number, now: number) => old * (1 - WEIGHT) + now * WEIGHT;
  return { bytesPerRow: blend(rates.bytesPerRow, found.bytesPerRow), rowsPerSecond: blend(rates.rowsPerSecond, found.rowsPerSecond) };
}

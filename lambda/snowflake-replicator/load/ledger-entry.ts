import type { AttemptNames } from '../rows/batch-identity';
import { formatDigest } from '../rows/digest';
import type { LedgerEntry } from '../state/table-state';
import type { LoadedParts } from './load-parts';
import type { Workplace } from './workplace';

type Loaded = Pick<LoadedParts, 'rows' | 'bytes' | 'misfits' | 'digest'>;

/** What the ledger says of a batch: who brought how much of it, by what it is recognised, and how it was read. */
export function ledgerEntry({ operationId }: Pick<Workplace, 'operationId'>, kind: LedgerEntry['kind'], batch: number, loaded: Loaded, details: LedgerEntry['details']): LedgerEntry {
  const { rows, bytes, misfits, digest } = loaded;
  return { batch, kind, operationId, rows, quarantined: misfits, bytes, digest: digest && formatDigest(digest), details };
}

/** Where the parts of a batch lie, for its details. */
export function partsDetails({ files, compressedBytes }: Pick<LoadedParts, 'files' | 'compressedBytes'>, { path }: AttemptNames): LedgerEntry['details'] {
  return { path, files: files.length, compressedBytes };
}

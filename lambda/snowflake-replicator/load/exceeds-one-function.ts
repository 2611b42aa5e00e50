import type { LoadMode } from '../rows/load-mode';
import { storedBytes } from '../rows/source-table';
import type { Look } from './look';
import type { Workplace } from './workplace';

const BYTES_PER_GB = 1024 ** 3;

/** Whether several functions have to do a load together. */
export function exceedsOneFunction({ limits }: Pick<Workplace, 'limits'>, { mapping }: Look, mode: LoadMode): boolean {
  return mode === 'full' && storedBytes(mapping.table) > limits.spreadAboveGb * BYTES_PER_GB;
}

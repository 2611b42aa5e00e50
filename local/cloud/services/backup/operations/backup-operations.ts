import type * as sdk from '@aws-sdk/client-backup';
import { pageOf } from '../../../gateway/pagination';
import type { Operations } from '../../../gateway/service';
import { invalidValue } from '../backup-errors';

/** Some operations of AWS Backup. */
export type BackupOperations = Operations<typeof sdk>;

interface Paging {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** "The maximum is 1000." */
const MOST_LISTED = 1000;

/** One page of the items. */
export function paged<Item>(items: readonly Item[], { MaxResults = MOST_LISTED, NextToken }: Paging): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  if (MaxResults < 1 || MaxResults > MOST_LISTED) throw invalidValue(`MaxResults ${MaxResults} must be between 1 and ${MOST_LISTED}.`);
  const page = pageOf(items, MaxResults, NextToken);
  if (!page) throw invalidValue('Invalid NextToken.');
  return { items: page.items, NextToken: page.nextToken };
}

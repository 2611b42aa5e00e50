import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';

/** A page of a list with the members that all lists of KMS have. */
export function pageOfKms<Item>(
  items: readonly Item[],
  limit: number,
  marker: string | undefined,
): { readonly items: readonly Item[]; readonly NextMarker: string | undefined; readonly Truncated: boolean } {
  const page = pageOf(items, limit, marker);
  if (!page) throw new AwsError('InvalidMarkerException', `Invalid marker ${marker ?? ''}`);
  return { items: page.items, NextMarker: page.nextToken, Truncated: page.nextToken !== undefined };
}

import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { ServiceKeys } from '../kms/service-keys';
import type { Passages } from '../rds/life-cycle/passages';
import type { EndpointDirectory, SubnetDirectory } from '../rds/rds-context';
import type { AdminSecrets } from '../redshift/admin-secrets';
import type { RedshiftSnapshot } from '../redshift/state/snapshot';
import type { WarehouseStorage } from '../redshift/storage/warehouse-storage';
import type { ServerlessEstate } from './state/estate';

/** What the operations of Redshift Serverless work with. */
export interface ServerlessContext {
  readonly cloud: CloudContext;
  readonly estate: ServerlessEstate;
  readonly passages: Passages;
  readonly storage: WarehouseStorage;
  readonly endpoints: EndpointDirectory;
  readonly subnets: SubnetDirectory;
  readonly keys: ServiceKeys;
  readonly secrets: AdminSecrets;
  /** A snapshot of a provisioned cluster, by ARN; nothing where there is none. */
  readonly provisionedSnapshot: (arn: string) => RedshiftSnapshot | undefined;
}

const MOST_LISTED = 100;

/** One page of the items. */
export function paged<Item>(items: readonly Item[], { maxResults = MOST_LISTED, nextToken }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined }) {
  const page = pageOf(items, Math.min(maxResults, MOST_LISTED), nextToken);
  if (!page) throw invalid('Invalid nextToken.');
  return page;
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message);
}

/** Returns the parameter, or fails as for one that is missing. */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw invalid(`${name} is required.`);
  return value;
}

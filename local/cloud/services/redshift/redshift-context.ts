import type { CloudContext } from '../../gateway/cloud-context';
import type { ServiceKeys } from '../kms/service-keys';
import type { Passages } from '../rds/life-cycle/passages';
import type { EndpointDirectory, SubnetDirectory } from '../rds/rds-context';
import type { AdminSecrets } from './admin-secrets';
import type { DoomedSnapshots } from './doomed-snapshots';
import type { Notices } from './notices';
import type { Quotas } from './quotas';
import type { RedshiftEstate } from './state/estate';
import type { WarehouseStorage } from './storage/warehouse-storage';

/** What the operations of Redshift work with. */
export interface RedshiftContext {
  readonly cloud: CloudContext;
  readonly estate: RedshiftEstate;
  readonly passages: Passages;
  readonly storage: WarehouseStorage;
  readonly endpoints: EndpointDirectory;
  readonly subnets: SubnetDirectory;
  readonly keys: ServiceKeys;
  readonly secrets: AdminSecrets;
  readonly notices: Notices;
  readonly quotas: Quotas;
  readonly doomed: DoomedSnapshots;
}

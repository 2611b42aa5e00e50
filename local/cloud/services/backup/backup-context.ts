import type { CloudContext } from '../../gateway/cloud-context';
import type { ServiceRoles } from '../../gateway/service-role';
import type { ServiceKeys } from '../kms/service-keys';
import type { ResourceAdapter } from './adapters/resource-adapter';
import type { JobNotices } from './jobs/job-notices';
import type { Organization } from './organization';
import type { BackupEstate } from './state/estate';

/** What the operations and jobs of AWS Backup work with. */
export interface BackupContext {
  readonly cloud: CloudContext;
  readonly estate: BackupEstate;
  readonly roles: ServiceRoles;
  readonly keys: ServiceKeys;
  readonly adapters: readonly ResourceAdapter[];
  readonly notices: JobNotices;
  readonly organization: Organization;
}


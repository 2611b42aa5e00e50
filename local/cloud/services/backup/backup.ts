import type { CloudContext } from '../../gateway/cloud-context';
import { ServiceRoles } from '../../gateway/service-role';
import type { Service } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { EventSink } from '../events/event-sink';
import { ServiceKeys } from '../kms/service-keys';
import { redshiftAdapter } from './adapters/redshift-adapter';
import { AWS_BACKUP } from './backup-arn';
import type { BackupContext } from './backup-context';
import { createBackupService } from './backup-service';
import { JobNotices } from './jobs/job-notices';
import { Organization } from './organization';
import { BackupEstate } from './state/estate';

export interface BackupPorts {
  readonly cloud: CloudContext;
  readonly events: EventSink;
  readonly metrics: MetricSink;
}

/** AWS Backup with what a scenario may do to it beyond its API. */
export class Backup {
  readonly service: Service;
  readonly organization = new Organization();

  constructor({ cloud, events, metrics }: BackupPorts) {
    const context: BackupContext = {
      cloud,
      estate: new BackupEstate(),
      roles: new ServiceRoles(cloud, AWS_BACKUP),
      keys: new ServiceKeys(cloud, AWS_BACKUP),
      adapters: [redshiftAdapter],
      notices: new JobNotices({ cloud, events, metrics }),
      organization: this.organization,
    };
    this.service = createBackupService(context);
  }
}

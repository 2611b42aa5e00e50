import type { ResourceProviders } from '../deploy/resource-provider';
import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import { cloudTrailResources } from './cloudtrail/cloudtrail-resources';
import { createCloudTrailService } from './cloudtrail/cloudtrail-service';
import { configResources } from './config/config-resources';
import { createConfigService } from './config/config-service';
import type { EventSink } from './events/event-sink';
import { guardDutyResources } from './guardduty/guardduty-resources';
import { createGuardDutyService } from './guardduty/guardduty-service';

/** What watches over accounts. */
export interface GovernanceServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
}

/** Creates it. */
export function createGovernanceServices(context: CloudContext, events: EventSink): GovernanceServices {
  return {
    services: [createConfigService(context, events), createCloudTrailService(context), createGuardDutyService(context)],
    resources: { ...configResources, ...cloudTrailResources, ...guardDutyResources },
  };
}

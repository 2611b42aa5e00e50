import type { CloudContext } from '../gateway/cloud-context';
import { loadActionCatalogue } from '../gateway/iam/action-catalogue';
import type { Principal } from '../gateway/principal';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import { createAnalyticsServices, type AnalyticsServices } from './analytics-services';
import { loadDefinitionValidator } from '../engines/states/definition-validator';
import { createComputeServices, type ComputeServices } from './compute-services';
import { createContainerServices, type ContainerServices } from './container-services';
import { createDatabaseServices, type DatabaseServices } from './database-services';
import type { GatewayAddress } from './gateway-address';
import { createGovernanceServices } from './governance-services';
import { iamResources } from './iam/iam-resources';
import { createIamService } from './iam/iam-service';
import { IamState } from './iam/iam-state';
import { PolicyAuthorizer } from './iam/policy-authorizer';
import { createIntegrationServices, type IntegrationServices } from './integration-services';
import { followRegionLosses } from './region-losses';
import { createStorageServices, type StorageServices } from './storage-services';
import { createStsService } from './sts/sts-service';

/** The services of a cloud and what they share. */
export interface ServiceSet {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly authorizer: PolicyAuthorizer;
  readonly iam: IamState;
  readonly integration: IntegrationServices;
  readonly storage: StorageServices;
  readonly compute: ComputeServices;
  readonly containers: ContainerServices;
  readonly databases: DatabaseServices;
  readonly analytics: AnalyticsServices;
  killProcessOf(principal: Principal): void;
  /** Makes ahead what the first of its kind would wait for: a program, a database, a workflow. */
  getReady(): Promise<void>;
  stop(): Promise<void>;
}

/** Actions that services ask about beside their own. */
const PREFIXES_OF_OTHERS = ['iam', 'ec2', 'xray', 'logs', 'kms', 'backup-storage'];

/** Creates every service, giving each what it needs of the others. */
export async function createServices(cloud: CloudContext, gateway: GatewayAddress): Promise<ServiceSet> {
  const iam = new IamState();
  const integration = createIntegrationServices({ context: cloud, find: (signingName) => services.find(({ model }) => model.name === signingName) });
  const storage = createStorageServices({ context: cloud, iam, metrics: integration.metrics, events: integration.events });
  const compute = await createComputeServices({ context: cloud, metrics: integration.metrics, gateway });
  followRegionLosses(cloud.regions, compute);
  const containers = createContainerServices({ context: cloud, iam, compute, metrics: integration.metrics, events: integration.events, alarms: integration.alarms });
  const databases = createDatabaseServices({ context: cloud, fabric: compute.fabric, metrics: integration.metrics, events: integration.events });
  const analytics = createAnalyticsServices({ context: cloud, fabric: compute.fabric, engine: databases.engine, events: integration.events, metrics: integration.metrics });
  const governance = createGovernanceServices(cloud, integration.events);
  const services: readonly Service[] = [createIamService(iam, cloud.clock), createStsService(iam, cloud.credentials), ...integration.services, ...storage.services, ...compute.services, ...containers.services, ...databases.services, ...analytics.services, ...governance.services];
  const catalogue = await loadActionCatalogue([...new Set(services.map(({ iamPrefix }) => iamPrefix)), ...PREFIXES_OF_OTHERS]);
  return {
    iam,
    integration,
    storage,
    compute,
    containers,
    databases,
    analytics,
    services,
    resources: { ...iamResources, ...integration.resources, ...storage.resources, ...compute.resources, ...containers.resources, ...databases.resources, ...analytics.resources, ...governance.resources },
    authorizer: new PolicyAuthorizer(iam, catalogue, cloud.clock),
    killProcessOf: (principal) => {
      compute.killProcessOf(principal);
      containers.killProcessOf(principal);
    },
    getReady: async () => {
      await Promise.all([compute.getReady(), databases.engine().then((engine) => engine.getReady())]);
      loadDefinitionValidator();
    },
    stop: async () => {
      await containers.stop();
      await compute.stop();
      await databases.stop();
      await storage.stop();
    },
  };
}

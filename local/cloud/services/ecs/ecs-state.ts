import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { Cluster, Service, Task, TaskDefinition } from './container-service';

interface Region {
  readonly clusters: Map<string, Cluster>;
  /** All revisions, by family. */
  readonly families: Map<string, TaskDefinition[]>;
}

/** Clusters and task definitions of all accounts and regions. */
export class EcsState {
  private readonly regions = new PerRegion<Region>(() => ({ clusters: new Map(), families: new Map() }));

  in(place: Place): Region {
    return this.regions.in(place);
  }

  allClusters(): readonly Cluster[] {
    return this.regions.all().flatMap(([, { clusters }]) => [...clusters.values()]);
  }

  /** By name or ARN; without either the cluster called `default`. */
  findCluster(place: Place, nameOrArn = 'default'): Cluster | undefined {
    return this.in(place).clusters.get(lastPart(nameOrArn));
  }

  cluster(place: Place, nameOrArn: string | undefined): Cluster {
    const found = this.findCluster(place, nameOrArn);
    if (!found) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return found;
  }

  service(cluster: Cluster, nameOrArn: string | undefined): Service {
    const found = cluster.services.get(lastPart(nameOrArn ?? ''));
    if (!found) throw new AwsError('ServiceNotFoundException', 'Service not found.');
    return found;
  }

  task(cluster: Cluster, idOrArn: string | undefined): Task {
    const found = cluster.tasks.get(lastPart(idOrArn ?? ''));
    if (!found) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
    return found;
  }

  /** `family` (its newest active revision), `family:revision` or an ARN. */
  findDefinition(place: Place, reference: string): TaskDefinition | undefined {
    const [family = '', revision] = reference.replace(/^arn:[^/]+task-definition\//, '').split(':');
    const revisions = this.in(place).families.get(family) ?? [];
    if (revision === undefined) return revisions.findLast(({ status }) => status === 'ACTIVE');
    return revisions.find((each) => each.revision === Number(revision));
  }

  /** One that tasks can be started from. */
  activeDefinition(place: Place, reference = ''): TaskDefinition {
    const found = this.findDefinition(place, reference);
    if (!found) throw new AwsError('ClientException', 'TaskDefinition not found.');
    if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
    return found;
  }
}

export function ecsArn(place: Place, resource: string): string {
  return regionalArn('ecs', place, resource);
}

/** The name within an ARN, or the name itself. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.split('/').at(-1) ?? nameOrArn;
}

import { createHash } from 'node:crypto';
import type { Hostnames } from '../../engines/postgres/server-files';
import type { Place } from '../../gateway/service';
import type { DbCluster, DbInstance } from './state/database';

const SUFFIX_LENGTH = 12;

/** The name that leads to whichever instance is the writer. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html */
export function writerHostname({ identifier, place }: Pick<DbCluster, 'identifier' | 'place'>): string {
  return `${identifier}.cluster-${domainOf(place)}`;
}

/** The name that leads to a reader, or to the writer when there is no reader. */
export function readerHostname({ identifier, place }: Pick<DbCluster, 'identifier' | 'place'>): string {
  return `${identifier}.cluster-ro-${domainOf(place)}`;
}

export function instanceHostname({ identifier, place }: Pick<DbInstance, 'identifier' | 'place'>): string {
  return `${identifier}.${domainOf(place)}`;
}

/** The names in the certificate of an instance's server. */
export function hostnamesOf(instance: DbInstance): Hostnames {
  return [instanceHostname(instance), ...(instance.cluster ? clusterHostnames(instance.cluster) : [])];
}

/** The names of a cluster, which the certificates of all its instances hold. */
export function clusterHostnames(cluster: DbCluster): Hostnames {
  return [writerHostname(cluster), readerHostname(cluster)];
}

/** The same twelve characters for all databases of an account in a region. */
function domainOf({ account, region }: Place): string {
  const digest = createHash('sha256').update(`${account}/${region}`).digest();
  const suffix = BigInt(`0x${digest.toString('hex')}`).toString(36).slice(0, SUFFIX_LENGTH - 1);
  return `c${suffix}.${region}.rds.amazonaws.com`;
}

import type { ServerlessContext } from './serverless-context';
import type { Namespace, Workgroup } from './state/estate';

/** What a workgroup runs with unless it says otherwise: TLS is required, as `require_ssl` is true by default. */
export const SERVER_PARAMETERS = { 'rds.force_ssl': '1' } as const;

/** The name of a workgroup's endpoint. */
export function workgroupHostname({ name, place }: Pick<Workgroup, 'name' | 'place'>): string {
  return `${name}.${place.account}.${place.region}.redshift-serverless.amazonaws.com`;
}

/** Makes the server of a namespace reachable under the name of its workgroup. */
export async function openEndpoint({ endpoints, storage, subnets }: ServerlessContext, workgroup: Workgroup, { server }: Namespace): Promise<void> {
  if (!server) throw new Error(`namespace ${workgroup.namespaceName} has no server yet`);
  const [subnet] = await subnets.describe(workgroup.place, workgroup.subnetIds);
  if (!subnet) throw new Error(`workgroup ${workgroup.name} has no subnet`);
  const hostname = workgroupHostname(workgroup);
  await storage.setHostnames(server, [hostname]);
  endpoints.publish({ hostname, resourceId: workgroup.id, port: workgroup.port, localPort: server.port, placement: { subnetId: subnet.subnetId, securityGroupIds: workgroup.securityGroupIds } });
}

export function closeEndpoint({ endpoints }: Pick<ServerlessContext, 'endpoints'>, workgroup: Workgroup): void {
  endpoints.withdraw(workgroupHostname(workgroup));
}

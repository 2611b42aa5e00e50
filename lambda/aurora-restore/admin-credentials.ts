import * as z from 'zod/mini';
import type { Secret } from '../common/aws/secret';
import type { ConnectionDetails } from '../common/postgres/connect';
import { parseInput } from '../common/parse-input';
import { WrongDatabase } from './contract';

const schema = z.object({
  username: z.string(),
  password: z.string(),
  host: z.string(),
  port: z.number(),
  /** Which cluster the password belongs to: a name may pass to another cluster, this never does. */
  clusterResourceId: z.string(),
});
type AdminSecret = z.output<typeof schema>;

/** Reads the administrator's credentials and makes sure that they are for this cluster and no other. */
export async function readAdminCredentials(secret: Pick<Secret, 'read'>, cluster: { readonly resourceId: string; readonly endpoint: string | undefined }): Promise<Omit<ConnectionDetails, 'database'>> {
  const content: AdminSecret = parseInput(schema, await secret.read(), 'secret of the administrator', ['password']);
  if (content.clusterResourceId !== cluster.resourceId) {
    throw new WrongDatabase(`the administrator's secret is for cluster ${content.clusterResourceId}, this run restored ${cluster.resourceId}`);
  }
  // The endpoint comes from RDS, never from the secret: a restored secret may still name the source.
  return { host: cluster.endpoint ?? content.host, port: content.port, user: content.username, password: content.password };
}

import { readAdminCredentials } from '../../../../lambda/aurora-restore/admin-credentials';
import { ClusterBusy, TargetNotOurs, WrongDatabase } from '../../../../lambda/aurora-restore/contract';
import { resetAdminCredentials } from '../../../../lambda/aurora-restore/reset-admin-credentials';
import { InvalidInput } from '../../../../lambda/common/errors';
import { clusterOf, stepOf, tagsOf, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySecret } from './memory-stores';

const cluster = clusterOf(TARGET_CLUSTER);
const CONTENT = { username: 'master', password: 'made-password-1', host: cluster.endpoint, port: 5432, clusterResourceId: cluster.resourceId };

describe('resetAdminCredentials', () => {
  let clusters: MemoryClusters;
  let secret: MemorySecret;
  let audit: MemoryAudit;
  beforeEach(() => {
    clusters = new MemoryClusters().add(cluster);
    secret = new MemorySecret();
    audit = new MemoryAudit();
  });
  const reset = () => resetAdminCredentials({ ...stepOf(), clusterIdentifier: TARGET_CLUSTER }, { clusters, secret, audit });

  it('gives the administrator a password that only the secret holds', async () => {
    expect(await reset()).toEqual({ reset: true });

    expect(secret.content).toEqual(CONTENT);
    expect(clusters.calls).toEqual([`set master password of ${TARGET_CLUSTER}`]);
    expect(JSON.stringify(await audit.events('orders-refresh-20261121t0300'))).not.toContain('made-password');
  });

  it('writes the secret before the password is in force', async () => {
    const seen: unknown[] = [];
    const watching = { find: clusters.find.bind(clusters), setMasterPassword: async (_name: string, password: string) => (seen.push([password, secret.content?.['password']]), true) };

    await resetAdminCredentials({ ...stepOf(), clusterIdentifier: TARGET_CLUSTER }, { clusters: watching, secret, audit });

    expect(seen).toEqual([['made-password-1', 'made-password-1']]);
  });

  it('waits while something else changes the cluster, without a new password in the secret', async () => {
    await reset();

    await expect(reset()).rejects.toThrow(ClusterBusy);
    expect(secret.writes).toBe(1);
  });

  it('waits when the change did not start, and the next attempt writes the password that it sets', async () => {
    const busy = { find: clusters.find.bind(clusters), setMasterPassword: async () => false };
    await expect(resetAdminCredentials({ ...stepOf(), clusterIdentifier: TARGET_CLUSTER }, { clusters: busy, secret, audit })).rejects.toThrow(ClusterBusy);
    expect(await audit.types()).toEqual([]);

    await reset();
    expect(secret.content).toMatchObject({ password: 'made-password-2' });
  });

  it('touches no cluster of others', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('another-run') }));

    await expect(reset()).rejects.toThrow(TargetNotOurs);
    expect(clusters.calls).toEqual([]);
    expect(secret.writes).toBe(0);
  });
});

describe('readAdminCredentials', () => {
  const read = (content: Record<string, unknown>) => readAdminCredentials(new MemorySecret(content), cluster);

  it('takes the endpoint from RDS, never from the secret', async () => {
    expect(await read({ ...CONTENT, host: 'orders.production.example' })).toEqual({ host: cluster.endpoint, port: 5432, user: 'master', password: 'made-password-1' });
  });

  it('refuses credentials of another cluster', async () => {
    await expect(read({ ...CONTENT, clusterResourceId: 'cluster-OTHER' })).rejects.toThrow(WrongDatabase);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a missing password', { ...CONTENT, password: undefined }, 'password: is missing, expected string'],
    ['a password that is no text', { ...CONTENT, password: { secret: 'hunter2' } }, 'password: the value given is not allowed, expected string'],
    ['a port that is no number', { ...CONTENT, port: '5432' }, 'port: "5432" is not allowed, expected number'],
    ['what Secrets Manager generated before the first run', { unused: 'x' }, 'username: is missing'],
  ])('refuses %s without showing a password', async (_case, content, message) => {
    await expect(read(content)).rejects.toThrow(InvalidInput);
    await expect(read(content)).rejects.toThrow(message);
    await expect(read(content)).rejects.not.toThrow('hunter2');
  });
});

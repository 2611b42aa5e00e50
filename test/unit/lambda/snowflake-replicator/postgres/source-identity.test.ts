import { identifySource } from '../../../../../lambda/snowflake-replicator/postgres/source-identity';

const WRITER = { reader: false, version: 160_004, system: '7301', database: '16400', encoding: 'UTF8' };

function identify(changes: object) {
  return identifySource({ queryOne: () => Promise.resolve({ ...WRITER, ...changes }) }, 'cluster-ORDERS', 'public.orders');
}

describe('identifySource', () => {
  test('tells which cluster, system and database this is', async () => {
    await expect(identify({})).resolves.toEqual({ clusterResourceId: 'cluster-ORDERS', systemIdentifier: '7301', databaseOid: '16400' });
  });

  test.each([
    [{ reader: true }, 'SnowflakeReplicator.SourceIsReader', 'the address leads to a reader: use the cluster (writer) endpoint'],
    [{ version: 130_011 }, 'SnowflakeReplicator.TableNotReplicable', 'PostgreSQL 130011 is too old, expected 14 or later'],
    [{ encoding: 'SQL_ASCII' }, 'SnowflakeReplicator.TableNotReplicable', 'the database is encoded in SQL_ASCII, expected UTF8'],
  ])('refuses a source with %j', async (changes, name, words) => {
    await expect(identify(changes)).rejects.toMatchObject({ name, message: expect.stringContaining(words) as string });
  });
});

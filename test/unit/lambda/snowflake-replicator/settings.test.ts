import { pipelineSchema } from '../../../../lambda/snowflake-replicator/settings';

const PIPELINE = {
  source: { clusterIdentifier: 'orders', database: 'orders', credentials: { kind: 'dynamic', role: 'reader' } },
  snowflake: { account: 'A', role: 'R', warehouse: 'W', database: 'D', schema: 'S', login: { kind: 'workload-identity' } },
};

describe('the limits of a pipeline that sets none', () => {
  const { limits } = pipelineSchema.parse(PIPELINE);

  test('let one function load no more than a quarter of what it loads while its snapshot lasts', () => {
    // docs/replication.md, "Speed and size": 450 MB in 12.2 s, proof included.
    const measuredMbPerSecond = 450 / 12.2;

    expect((limits.spreadAboveGb * 1024) / measuredMbPerSecond).toBeLessThan(limits.snapshotMaxAgeSeconds / 4);
  });
});

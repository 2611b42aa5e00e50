import { pipelineSchema, readPipelineSettings } from '../../../../lambda/snowflake-replicator/settings';

const PIPELINE = {
  source: { clusterIdentifier: 'orders', database: 'orders', credentials: { kind: 'dynamic', role: 'reader' } },
  snowflake: { account: 'A', role: 'R', warehouse: 'W', database: 'D', schema: 'S', login: { kind: 'workload-identity' } },
};

test.each([
  [{ readers: 13 }, 'limits.mostSessions: is missing, expected at least as many as readers, 13'],
  [{ mostSessions: 1 }, 'limits.mostSessions: 1 is not allowed, expected at least as many as readers, 2'],
])('a pipeline with the limits %j is refused, because it could never read', async (limits, words) => {
  await expect(readPipelineSettings({ readJson: () => Promise.resolve({ ...PIPELINE, limits }) }, '/p')).rejects.toThrow(words);
});

describe('the limits of a pipeline that sets none', () => {
  const { limits } = pipelineSchema.parse(PIPELINE);

  test('let one function load no more than a quarter of what it loads while its snapshot lasts', () => {
    // docs/replication.md, "Speed and size": 450 MB in 11.6 s, proof included.
    const measuredMbPerSecond = 450 / 11.6;

    expect((limits.spreadAboveGb * 1024) / measuredMbPerSecond).toBeLessThan(limits.snapshotMaxAgeSeconds / 4);
  });
});

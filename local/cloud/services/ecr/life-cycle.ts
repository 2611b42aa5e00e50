/** How long things take in a registry. */
export const ECR_DURATIONS = {
  /** "The majority of images replicate in less than 30 minutes": https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html. Small ones arrive within a minute. */
  replicationMs: 45_000,
  replicationMsPerMb: 200,
} as const;

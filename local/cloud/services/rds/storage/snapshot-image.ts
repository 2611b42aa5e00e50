import type { PostgresSnapshot } from '../../../engines/postgres/postgres-engine';

/**
 * The files behind a snapshot. Nothing ever changes them, so a snapshot and its copies share them, and they go with the last.
 */
export class SnapshotImage {
  private holders = 1;

  constructor(
    readonly files: PostgresSnapshot,
    private readonly discard: (files: PostgresSnapshot) => Promise<void>,
  ) {}

  /** Adds a holder. */
  share(): SnapshotImage {
    this.holders += 1;
    return this;
  }

  /** Takes a holder away. */
  async release(): Promise<void> {
    this.holders -= 1;
    if (this.holders === 0) await this.discard(this.files);
  }
}

/** Keeps the files there while they are worked with, whatever becomes of the snapshot. */
export async function whileHeld<Result>(image: SnapshotImage, work: () => Promise<Result>): Promise<Result> {
  image.share();
  try {
    return await work();
  } finally {
    await image.release();
  }
}

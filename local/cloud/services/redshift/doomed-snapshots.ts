/** Snapshots that a scenario wants to fail, by their own ARN or that of their cluster. */
export class DoomedSnapshots {
  private readonly percentages = new Map<string, number>();

  /** The next snapshot with this ARN, or of the cluster with it, fails when this much of it is done. */
  add(arn: string, afterPercent: number): void {
    if (!(afterPercent >= 0 && afterPercent <= 100)) throw new Error(`afterPercent ${afterPercent} must be between 0 and 100`);
    this.percentages.set(arn.toLowerCase(), afterPercent);
  }

  /** How far the snapshot gets, if it is doomed; the doom is spent by it. */
  take(...arns: readonly string[]): number | undefined {
    for (const arn of arns.map((each) => each.toLowerCase())) {
      const percent = this.percentages.get(arn);
      if (percent === undefined) continue;
      this.percentages.delete(arn);
      return percent;
    }
    return undefined;
  }
}

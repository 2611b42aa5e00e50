import type { AwsError } from '../../../gateway/aws-error';
import type { CloudClock } from '../../../gateway/clock';

/** A row of a life cycle: from some statuses, through one that lasts, to another. */
export interface Passage<Status extends string> {
  /** Where it may begin. */
  readonly from: readonly (Status | 'failed')[];
  readonly during: Status;
  readonly to: Status;
  /** How long it takes in cloud time, unless the resource's size decides. */
  readonly minutes: number;
  /** What RDS answers when it is asked for in another status. */
  readonly refusal?: (identifier: string, status: string) => AwsError;
}

/** Something whose status passes. `failed` is what a passage leaves behind that went wrong, which only a defect of the cloud does. */
export interface Passing<Status extends string> {
  status: Status | 'failed';
  underway: Underway | undefined;
}

/** A passage that has begun. */
export interface Underway {
  readonly startedMs: number;
  readonly endsMs: number;
  /** Settles when the real work is over, successful or not. */
  readonly worked: Promise<void>;
}

export interface PassageSteps {
  /** Replaces the minutes of the table. */
  readonly durationMs?: number;
  /** Real work; it begins at once, or when the work of a passage that this one overtakes is over. */
  readonly work?: () => Promise<unknown>;
  /** Runs when the time is over, just before the new status shows. */
  readonly arrive?: () => unknown;
  /** Runs when the new status shows. */
  readonly then?: () => unknown;
}

/** Takes resources from one status to the next in cloud time. */
export class Passages {
  private share = 1;

  constructor(
    private readonly clock: CloudClock,
    private readonly reportDefect: (error: Error, where: string) => void,
  ) {}

  /** Lets every passage that begins from now on take this share of its time, until the returned function is called. */
  hurry(share: number): () => void {
    this.share = share;
    return () => {
      this.share = 1;
    };
  }

  /** Begins a passage. A passage that begins later on the same resource overtakes it: nothing of it shows any more. */
  begin<Status extends string>(resource: Passing<Status>, passage: Passage<Status>, steps: PassageSteps = {}): void {
    const { durationMs = passage.minutes * 60_000, work } = steps;
    const before = resource.underway?.worked ?? Promise.resolve();
    const startedMs = this.clock.nowMs();
    let hasFailed = false;
    const fail = (error: Error): void => {
      hasFailed = true;
      this.reportDefect(error, `from ${passage.during} to ${passage.to}`);
    };
    const worked = this.clock.whileWorking(async () => {
      await before;
      await work?.();
    });
    const underway: Underway = { startedMs, endsMs: startedMs + durationMs * this.share, worked: worked.catch(fail) };
    resource.status = passage.during;
    resource.underway = underway;
    const isCurrent = (): boolean => resource.underway === underway;
    const arrive = async (): Promise<void> => {
      await underway.worked;
      await this.clock.sleep(underway.endsMs - this.clock.nowMs());
      if (isCurrent() && !hasFailed) await this.clock.whileWorking(async () => steps.arrive?.()).catch(fail);
      if (!isCurrent()) return;
      resource.status = hasFailed ? 'failed' : passage.to;
      resource.underway = undefined;
      if (!hasFailed) steps.then?.();
    };
    void arrive();
  }

  /** How much of the passage under way is over, in per cent; 100 when none is. */
  percentOf({ underway }: Passing<string>): number {
    if (!underway) return 100;
    const share = (this.clock.nowMs() - underway.startedMs) / Math.max(1, underway.endsMs - underway.startedMs);
    return Math.min(99, Math.floor(share * 100));
  }
}

/** Fails, in the words of the life cycle, unless the passage may begin in the resource's status. */
export function checkMayBegin<Status extends string>(
  { identifier, status }: { readonly identifier: string; readonly status: Status | 'failed' },
  { from, refusal }: Passage<Status> & Required<Pick<Passage<Status>, 'refusal'>>,
): void {
  if (!from.includes(status)) throw refusal(identifier, status);
}

import { SourceBusy, type Continuation, type Findings, type Progress } from '../contract';

const NO_FINDINGS: Findings = { compared: 0, missing: 0, altered: 0, extra: 0, repaired: 0, missedByCursor: 0 };
const NO_PROGRESS: Progress = { rows: 0, quarantined: 0, batches: 0, seconds: 0, findings: NO_FINDINGS };

/** A source that is busy for as long as this many rests is a failure. */
export const MOST_RESTS = 30;
const MS_PER_SECOND = 1000;

type More = Partial<Omit<Progress, 'findings'>> & { readonly findings?: Findings };

/** One call's part of the run of a table: what the calls before it did, what it adds to that, and how to go on. */
export class CallProgress {
  private readonly startedMs: number;
  private progress: Progress;

  constructor(
    private readonly now: () => Date,
    private readonly before: Continuation | null,
  ) {
    this.startedMs = now().getTime();
    this.progress = before?.progress ?? NO_PROGRESS;
  }

  add(more: More): void {
    this.progress = sumOf(this.progress, more);
  }

  /** Of all calls, with the time that this one has taken so far. */
  get total(): Progress {
    return sumOf(this.progress, { seconds: (this.now().getTime() - this.startedMs) / MS_PER_SECOND });
  }

  /** The answer of a call that leaves the rest to the next one, which comes at once or after a rest that the source asked for. */
  continued(restSeconds = 0): { readonly done: false; readonly summary: null; readonly continuation: Continuation } {
    const { calls = 0, rests = 0 } = this.before ?? {};
    return { done: false, summary: null, continuation: { waitSeconds: restSeconds, calls: calls + 1, rests: restSeconds > 0 ? rests + 1 : 0, progress: this.total } };
  }

  /** What the work comes to; nothing when the source is to be left alone for a while. */
  async unlessBusy<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SourceBusy && (this.before?.rests ?? 0) < MOST_RESTS) return undefined;
      throw error;
    }
  }
}

function sumOf(progress: Progress, more: More): Progress {
  return {
    rows: progress.rows + (more.rows ?? 0),
    quarantined: progress.quarantined + (more.quarantined ?? 0),
    batches: progress.batches + (more.batches ?? 0),
    seconds: progress.seconds + (more.seconds ?? 0),
    findings: more.findings ? addFindings(progress.findings, more.findings) : progress.findings,
  };
}

function addFindings(a: Findings, b: Findings): Findings {
  return {
    compared: a.compared + b.compared,
    missing: a.missing + b.missing,
    altered: a.altered + b.altered,
    extra: a.extra + b.extra,
    repaired: a.repaired + b.repaired,
    missedByCursor: a.missedByCursor + b.missedByCursor,
  };
}

import type { Continuation, Findings, Progress } from '../contract';

export const NO_FINDINGS: Findings = { compared: 0, missing: 0, altered: 0, extra: 0, repaired: 0, missedByCursor: 0 };
const NO_PROGRESS: Progress = { rows: 0, quarantined: 0, batches: 0, seconds: 0, findings: NO_FINDINGS };

/** What the calls before have done. */
export function progressOf(continuation: Continuation | null): Progress {
  return continuation?.progress ?? NO_PROGRESS;
}

export function addProgress(progress: Progress, more: Partial<Omit<Progress, 'findings'>> & { readonly findings?: Findings }): Progress {
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

/** How to go on in the next call, at once or after a rest that the source asked for. */
export function goOn(before: Continuation | null, progress: Progress, restSeconds = 0): Continuation {
  return { waitSeconds: restSeconds, calls: (before?.calls ?? 0) + 1, rests: restSeconds > 0 ? (before?.rests ?? 0) + 1 : 0, progress };
}

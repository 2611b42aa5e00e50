/** What happens instead of, or besides, a normal answer. */
export type FaultEffect =
  /** The HTTP status alone, before anything is done: 429, 500, 503. */
  | { readonly kind: 'status'; readonly status: number }
  /** No answer for so long, then the connection is cut; nothing is done. */
  | { readonly kind: 'hang'; readonly delayMs: number }
  /** The normal answer, so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The statement is done and committed, then the connection is cut without an answer. */
  | { readonly kind: 'loseReply' }
  /** A failure by code before anything is done, such as 390112 (session expired). */
  | { readonly kind: 'code'; readonly code: string; readonly message: string }
  /** Every credential that was handed out for stages expires. */
  | { readonly kind: 'expireStageCredentials' }
  /** The session's warehouse is suspended and does not resume by itself. */
  | { readonly kind: 'suspendWarehouse' };

export type FaultPoint = 'login' | 'query' | 'result' | 'renew' | 'stage';

/** A fault by rule: on the `nth` matching request (1 by default), and the ones after it, `times` times in all (1 by default). */
export interface FaultRule {
  readonly on: FaultPoint;
  /** A regular expression, case-insensitive, over the SQL text (query) or the method and key (stage). */
  readonly pattern?: string;
  readonly nth?: number;
  readonly times?: number;
  readonly effect: FaultEffect;
}

/** Decides which requests are struck by which fault, and counts. */
export class Faults {
  private rules: { readonly rule: FaultRule; readonly pattern: RegExp; seen: number }[] = [];

  /** Adds a rule; it begins to count with the next request. */
  add(rule: FaultRule): void {
    this.rules.push({ rule, pattern: new RegExp(rule.pattern ?? '', 'is'), seen: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault that strikes this request, if any. Every rule that matches counts it. */
  strike(point: FaultPoint, text: string): FaultEffect | undefined {
    let struck: FaultEffect | undefined;
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.on !== point || !entry.pattern.test(text)) continue;
      entry.seen += 1;
      const first = rule.nth ?? 1;
      if (entry.seen >= first && entry.seen < first + (rule.times ?? 1)) struck ??= rule.effect;
    }
    return struck;
  }
}

import { AwsError } from './aws-error';

/** What goes wrong when a fault rule fits. */
export type FaultEffect =
  | { readonly kind: 'error'; readonly code: string; readonly status: number | undefined }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The call never gets an answer, and does nothing. */
  | { readonly kind: 'timeout' }
  /** The call takes effect, but the connection breaks before the answer. */
  | { readonly kind: 'lost-reply' }
  /** The function that makes the call dies before the call takes effect. */
  | { readonly kind: 'kill' };

/** A call that may go wrong. */
export interface FaultTarget {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** Who calls: the name of the function, state machine or role session. */
  readonly caller: string;
}

/** When something goes wrong, and what. Patterns take `*`. */
export interface FaultRule {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly caller: string;
  /** The first call that it hits, counting from 1. */
  readonly nth: number;
  /** How many calls it hits. */
  readonly times: number;
  readonly effect: FaultEffect;
}

const SYNTAX = 'SERVICE:OPERATION[@ACCOUNT][~CALLER][#NTH[xTIMES]]=EFFECT';
const EFFECTS = 'throttle | error:CODE[:STATUS] | slow:MILLISECONDS | timeout | lost-reply | kill';
const RULE = /^([\w*-]+):([\w*]+)(?:@([\d*]+))?(?:~([\w*-]+))?(?:#(\d+)(?:x(\d+|\*))?)?=(.+)$/;

/** Reads a rule as it is written on the command line, such as `rds:CopyDBClusterSnapshot#1x2=throttle`. */
export function parseFaultRule(text: string): FaultRule {
  const match = RULE.exec(text);
  if (!match) throw new Error(`fault rule ${JSON.stringify(text)}: expected ${SYNTAX}, for example rds:CopyDBClusterSnapshot#1x2=throttle`);
  const [, service = '*', operation = '*', account = '*', caller = '*', nth = '1', times = '1', effect = ''] = match;
  if (Number(nth) < 1) throw new Error(`fault rule ${JSON.stringify(text)}: NTH counts from 1`);
  return { service, operation, account, caller, nth: Number(nth), times: times === '*' ? Infinity : Number(times), effect: parseEffect(effect, text) };
}

function parseEffect(effect: string, rule: string): FaultEffect {
  const [kind, ...rest] = effect.split(':');
  if ((kind === 'throttle' || kind === 'timeout' || kind === 'lost-reply' || kind === 'kill') && rest.length === 0) return { kind };
  if (kind === 'slow' && /^\d+$/.test(rest[0] ?? '')) return { kind, delayMs: Number(rest[0]) };
  if (kind === 'error' && rest[0]) return { kind, code: rest[0], status: rest[1] ? Number(rest[1]) : undefined };
  throw new Error(`fault rule ${JSON.stringify(rule)}: ${JSON.stringify(effect)} is no effect; expected ${EFFECTS}`);
}

/** The faults of a cloud: rules with their counts. */
export class FaultPlan {
  private readonly rules: { readonly rule: FaultRule; seen: number }[] = [];

  /** Adds a rule; the returned function takes it back. */
  add(rule: FaultRule): () => void {
    const entry = { rule, seen: 0 };
    this.rules.push(entry);
    return () => {
      const index = this.rules.indexOf(entry);
      if (index >= 0) this.rules.splice(index, 1);
    };
  }

  clear(): void {
    this.rules.length = 0;
  }

  /** The rules that no call has set off: what they should have tested went untested. */
  untouched(): readonly FaultRule[] {
    return this.rules.filter(({ rule, seen }) => seen < rule.nth).map(({ rule }) => rule);
  }

  /** Counts the call against every rule and returns the effect of the first that it sets off. */
  next(target: FaultTarget): FaultEffect | undefined {
    let effect: FaultEffect | undefined;
    for (const entry of this.rules) {
      if (!fits(entry.rule, target)) continue;
      entry.seen += 1;
      const { nth, times } = entry.rule;
      if (!effect && entry.seen >= nth && entry.seen < nth + times) effect = entry.rule.effect;
    }
    return effect;
  }
}

/** The error that an effect stands for, where it is one. */
export function errorOf(effect: FaultEffect, declaredErrors: { has(code: string): boolean }): AwsError | undefined {
  if (effect.kind === 'error') {
    const status = effect.status ?? (declaredErrors.has(effect.code) ? undefined : 400);
    return new AwsError(effect.code, 'injected by a fault rule', { status });
  }
  if (effect.kind === 'throttle') {
    const code = declaredErrors.has('ThrottlingException') ? 'ThrottlingException' : 'Throttling';
    return new AwsError(code, 'Rate exceeded', { status: 400 });
  }
  return undefined;
}

function fits(rule: FaultRule, target: FaultTarget): boolean {
  return (
    glob(rule.service, target.service) && glob(rule.operation, target.operation) && glob(rule.account, target.account) && glob(rule.caller, target.caller)
  );
}

function glob(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}$`, 'i').test(text);
}

import { formatDuration } from './duration';

/** How long a token or lease lives. */
export interface Term {
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly renewedAtMs: number | undefined;
  readonly creationSeconds: number;
  /** What the last grant or renewal gave. */
  readonly grantedSeconds: number;
  /** What a renewal gives that asks for nothing. @default what the last one gave */
  readonly renewalSeconds?: number;
  /** Counted from the issue; no renewal goes beyond. */
  readonly maxSeconds: number;
  /** Each renewal gives this much, without an end. */
  readonly periodSeconds?: number;
}

/** The longest a lease may live where nothing else is said: Vault's 32 days. */
export const SYSTEM_MAX_TTL_SECONDS = 32 * 24 * 3600;

export interface TermRequest {
  /** 0 for the longest there is. */
  readonly ttlSeconds: number;
  /** 0 for the system's. */
  readonly maxTtlSeconds: number;
  readonly renewalSeconds?: number;
  readonly periodSeconds?: number;
}

/** Begins a term now. */
export function beginTerm({ ttlSeconds, maxTtlSeconds, renewalSeconds, periodSeconds }: TermRequest, nowMs: number): Term {
  const maxSeconds = maxTtlSeconds || SYSTEM_MAX_TTL_SECONDS;
  const granted = periodSeconds ?? Math.min(ttlSeconds || maxSeconds, maxSeconds);
  return {
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + granted * 1000,
    renewedAtMs: undefined,
    creationSeconds: granted,
    grantedSeconds: granted,
    maxSeconds,
    ...(renewalSeconds !== undefined && { renewalSeconds }),
    ...(periodSeconds !== undefined && { periodSeconds }),
  };
}

/** Renews a term: the new end is counted from now, may be earlier than the old one, and never lies beyond the longest. */
export function renewTerm(term: Term, incrementSeconds: number, nowMs: number): { readonly term: Term; readonly warnings: readonly string[] } {
  const wanted = term.periodSeconds ?? (incrementSeconds || (term.renewalSeconds ?? term.grantedSeconds));
  const left = Math.ceil((term.issuedAtMs + term.maxSeconds * 1000 - nowMs) / 1000);
  const granted = term.periodSeconds ?? Math.min(wanted, left);
  const warnings =
    granted < wanted ? [`TTL of "${formatDuration(wanted)}" exceeded the effective max_ttl of "${formatDuration(left)}"; TTL value is capped accordingly`] : [];
  const latestMs = term.periodSeconds === undefined ? term.issuedAtMs + term.maxSeconds * 1000 : Infinity;
  return { term: { ...term, grantedSeconds: granted, renewedAtMs: nowMs, expiresAtMs: Math.min(nowMs + granted * 1000, latestMs) }, warnings };
}

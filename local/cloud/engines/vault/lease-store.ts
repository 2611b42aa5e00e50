import type { CloudClock, Timer } from '../../gateway/clock';
import { randomText } from './random-text';
import { beginTerm, renewTerm, type Term, type TermRequest } from './term';
import { badRequest } from './vault-error';

export interface LeaseRequest extends TermRequest {
  /** The path that made it; the lease's id begins with it. */
  readonly path: string;
  readonly tokenId: string;
  /** Makes what is leased live until then. */
  readonly prolong: (expiresAtMs: number) => Promise<void>;
  /** Ends what is leased. */
  readonly revoke: () => Promise<void>;
}

export interface Lease {
  readonly id: string;
  readonly term: Term;
}

interface Held extends Lease {
  readonly request: LeaseRequest;
  readonly failures: number;
}

/** A revocation that fails is tried again after 10 s, then each time after twice as long, and given up after six times, as in Vault. */
const FIRST_RETRY_MS = 10_000;
const MAX_ATTEMPTS = 6;

/** What Vault has lent, until it takes it back: at its end, when asked, or with the token that asked for it. */
export class LeaseStore {
  private readonly leases = new Map<string, Held>();
  private readonly timers = new Map<string, Timer>();
  private readonly revocations = new Set<Promise<void>>();

  constructor(
    private readonly clock: Pick<CloudClock, 'nowMs' | 'after' | 'whileWorking'>,
    private readonly isSealed: () => boolean,
  ) {}

  /** Ids of what is lent out, those whose revocation failed for good included. */
  ids(): readonly string[] {
    return [...this.leases.keys()];
  }

  create(request: LeaseRequest): Lease {
    const lease = { id: `${request.path}/${randomText(24)}`, term: beginTerm(request, this.clock.nowMs()), request, failures: 0 };
    this.keep(lease);
    return lease;
  }

  find(id: string): Lease | undefined {
    return this.leases.get(id);
  }

  async renew(id: string, incrementSeconds: number): Promise<{ readonly lease: Lease; readonly warnings: readonly string[] }> {
    const held = this.leases.get(id);
    if (!held) throw badRequest('lease not found');
    const { term, warnings } = renewTerm(held.term, incrementSeconds, this.clock.nowMs());
    await held.request.prolong(term.expiresAtMs);
    const lease = { ...held, term };
    this.keep(lease);
    return { lease, warnings };
  }

  /** Takes a lease back; one that is gone already is no error. A failure is retried later. */
  async revoke(id: string): Promise<void> {
    const held = this.leases.get(id);
    if (!held) return;
    this.timers.get(id)?.cancel();
    const attempt = this.clock.whileWorking(() => held.request.revoke()).then(
      () => void this.leases.delete(id),
      () => this.retryLater(held),
    );
    this.revocations.add(attempt);
    await attempt.finally(() => this.revocations.delete(attempt));
  }

  /** Takes back all that a token asked for. */
  async revokeOf(tokenId: string): Promise<void> {
    const ids = [...this.leases.values()].filter(({ request }) => request.tokenId === tokenId).map(({ id }) => id);
    await Promise.all(ids.map((id) => this.revoke(id)));
  }

  /** Takes back what ran out while nothing could be taken back. */
  revokeOverdue(): void {
    const nowMs = this.clock.nowMs();
    for (const { id, term, failures } of [...this.leases.values()]) if (term.expiresAtMs <= nowMs && failures < MAX_ATTEMPTS) void this.revoke(id);
  }

  /** Waits for the revocations that are under way and begins no more. */
  async stop(): Promise<void> {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    await Promise.all(this.revocations);
  }

  private retryLater(held: Held): void {
    const failures = held.failures + 1;
    this.leases.set(held.id, { ...held, failures });
    if (failures < MAX_ATTEMPTS) this.schedule(held.id, FIRST_RETRY_MS * 2 ** (failures - 1));
  }

  private keep(lease: Held): void {
    this.leases.set(lease.id, lease);
    this.schedule(lease.id, lease.term.expiresAtMs - this.clock.nowMs());
  }

  private schedule(id: string, delayMs: number): void {
    this.timers.get(id)?.cancel();
    const expire = (): void => {
      if (!this.isSealed()) void this.revoke(id);
    };
    this.timers.set(id, this.clock.after(delayMs, expire));
  }
}

import type { CloudClock, Timer } from '../../gateway/clock';
import { randomText } from './random-text';
import { beginTerm, renewTerm, type TermRequest } from './term';
import type { Token } from './token';
import { badRequest } from './vault-error';

export interface TokenRequest extends Omit<TermRequest, 'ttlSeconds' | 'maxTtlSeconds'> {
  readonly policies: readonly string[];
  readonly displayName: string;
  readonly path: string;
  readonly ttlSeconds?: number;
  readonly maxTtlSeconds?: number;
  readonly explicitMaxTtlSeconds?: number;
  /** 0 for no limit. */
  readonly uses?: number;
  readonly renewable?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly entityId?: string;
  readonly parent?: Token;
  /** @default a new one */
  readonly id?: string;
}

/** The length of the tokens that Vault issues; what stores them should have room. */
const TOKEN_LENGTH = 91;

/** The tokens of one Vault; each is revoked when its time is over, its uses are spent or its parent goes. */
export class TokenStore {
  private readonly tokens = new Map<string, Token>();
  private readonly timers = new Map<string, Timer>();

  constructor(
    private readonly clock: Pick<CloudClock, 'nowMs' | 'after'>,
    /** Takes back what the token was lent. */
    private readonly onRevoked: (token: Token) => Promise<void>,
    private readonly isSealed: () => boolean,
  ) {}

  create(request: TokenRequest): Token {
    const { policies, explicitMaxTtlSeconds = 0, ttlSeconds = 0, maxTtlSeconds = 0, parent, renewalSeconds, periodSeconds } = request;
    const endless = policies.includes('root') && ttlSeconds === 0;
    const limits = [explicitMaxTtlSeconds, maxTtlSeconds].filter((seconds) => seconds > 0);
    const term = beginTerm({ ttlSeconds, maxTtlSeconds: limits.length > 0 ? Math.min(...limits) : 0, renewalSeconds, periodSeconds }, this.clock.nowMs());
    const token: Token = {
      id: request.id ?? `hvs.${randomText(TOKEN_LENGTH)}`,
      accessor: randomText(24),
      displayName: request.displayName,
      policies,
      metadata: request.metadata ?? null,
      entityId: request.entityId ?? '',
      path: request.path,
      parentId: parent?.id,
      renewable: !endless && (request.renewable ?? true),
      explicitMaxTtlSeconds,
      term: endless ? undefined : term,
      usesLeft: request.uses ?? 0,
    };
    this.keep(token);
    return token;
  }

  /** Returns the token with this id while it is valid. */
  find(id: string): Token | undefined {
    const token = this.tokens.get(id);
    return token && token.usesLeft >= 0 ? token : undefined;
  }

  /** Counts one use; the last one leaves -1, as in Vault, and `retireIfSpent` revokes the token when it has been served. */
  use(token: Token): Token {
    if (token.usesLeft <= 0) return token;
    const used = { ...token, usesLeft: token.usesLeft === 1 ? -1 : token.usesLeft - 1 };
    this.tokens.set(used.id, used);
    return used;
  }

  async retireIfSpent(token: Token): Promise<void> {
    if (token.usesLeft < 0) await this.revoke(token);
  }

  renew(token: Token, incrementSeconds: number): { readonly token: Token; readonly warnings: readonly string[] } {
    if (!token.renewable || !token.term) throw badRequest('lease is not renewable');
    const { term, warnings } = renewTerm(token.term, incrementSeconds, this.clock.nowMs());
    const renewed = { ...token, term };
    this.keep(renewed);
    return { token: renewed, warnings };
  }

  /** Ends a token at once, then all that it made and was lent. */
  async revoke(token: Token): Promise<void> {
    if (!this.tokens.delete(token.id)) return;
    this.timers.get(token.id)?.cancel();
    this.timers.delete(token.id);
    const children = [...this.tokens.values()].filter(({ parentId }) => parentId === token.id);
    await Promise.all([...children.map((child) => this.revoke(child)), this.onRevoked(token)]);
  }

  /** Revokes what ran out while nothing could be revoked. */
  revokeOverdue(): void {
    const nowMs = this.clock.nowMs();
    for (const token of [...this.tokens.values()]) if (token.term && token.term.expiresAtMs <= nowMs) void this.revoke(token);
  }

  /** Forgets what is due; nothing is revoked any more. */
  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private keep(token: Token): void {
    this.tokens.set(token.id, token);
    this.timers.get(token.id)?.cancel();
    if (!token.term) return;
    const expire = (): void => {
      if (!this.isSealed()) void this.revoke(token);
    };
    this.timers.set(token.id, this.clock.after(token.term.expiresAtMs - this.clock.nowMs(), expire));
  }
}

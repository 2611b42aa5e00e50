import { randomUUID } from 'node:crypto';
import type { CloudClock } from '../../gateway/clock';
import type { CertificateAuthority } from '../pki/certificate-authority';
import type { Answer } from './answer';
import { AwsAuthBackend, type AwsAuthPorts, type AwsRole } from './aws-auth-backend';
import { DatabaseBackend, type DatabaseConnection, type DatabaseRole } from './database-backend';
import { KvBackend } from './kv-backend';
import { KvStore, type SecretData } from './kv-store';
import { LeaseStore } from './lease-store';
import { DEFAULT_POLICY, type Operation, type Policy } from './policy';
import { Router, type Understanding } from './router';
import { Seal } from './seal';
import { SysBackend } from './sys-backend';
import type { Token } from './token';
import { TokenBackend } from './token-backend';
import { TokenStore } from './token-store';
import { VaultError } from './vault-error';
import { FaultList, type VaultFault } from './vault-fault';
import { VaultServer, type HttpRequest } from './vault-server';

export interface VaultEngineProps {
  readonly clock: Pick<CloudClock, 'now' | 'nowMs' | 'after' | 'sleep' | 'whileWorking'>;
  readonly authority: CertificateAuthority;
  /** What clients call it. The names must lead to 127.0.0.1 for them. */
  readonly hostnames: readonly [string, ...string[]];
  readonly callSts: AwsAuthPorts['callSts'];
  /** @default principals have no path */
  readonly findFullArn?: AwsAuthPorts['findFullArn'];
  /** Where the engines are mounted. @default secret, database, auth/aws */
  readonly mounts?: Partial<Mounts>;
}

export interface Mounts {
  readonly kv: string;
  readonly database: string;
  readonly awsAuth: string;
}

/** What an operator would write into Vault. */
export interface VaultConfiguration {
  readonly policies?: Readonly<Record<string, Policy>>;
  /** By path within the key/value engine, without `data/`. Each gets a new version. */
  readonly secrets?: Readonly<Record<string, SecretData>>;
  readonly awsRoles?: Readonly<Record<string, AwsRole>>;
  /** What logins must have signed in X-Vault-AWS-IAM-Server-ID. */
  readonly awsServerId?: string;
  readonly databases?: Readonly<Record<string, DatabaseConnection>>;
  readonly databaseRoles?: Readonly<Record<string, DatabaseRole>>;
}

export interface NewToken {
  readonly policies: readonly string[];
  readonly ttlSeconds?: number;
  readonly explicitMaxTtlSeconds?: number;
  /** @default no limit */
  readonly uses?: number;
  readonly displayName?: string;
}

/** One request, without anything secret: no body, no query, no token. */
export interface AuditEntry {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation | undefined;
  readonly namespace: string | undefined;
  readonly status: number;
  readonly errors: readonly string[];
  readonly accessor: string | undefined;
  readonly displayName: string | undefined;
  readonly policies: readonly string[];
  /** Served, but the client did not hear of it. */
  readonly replyLost: boolean;
}

const DEFAULT_MOUNTS: Mounts = { kv: 'secret', database: 'database', awsAuth: 'auth/aws' };

/**
 * A Vault of the local cloud: HTTPS, tokens, policies, key/value secrets, logins by IAM and logins for PostgreSQL, all on the
 * cloud's clock. What it does not emulate answers 501.
 */
export class VaultEngine {
  readonly rootToken: string;
  private readonly seal: Seal;
  private readonly leases: LeaseStore;
  private readonly tokens: TokenStore;
  private readonly secrets: KvStore;
  private readonly database: DatabaseBackend;
  private readonly awsAuth: AwsAuthBackend;
  private readonly router: Router;
  private readonly faults = new FaultList();
  private readonly policies = new Map<string, Policy>([['default', DEFAULT_POLICY]]);
  private readonly entries: AuditEntry[] = [];
  private readonly stopped = new AbortController();
  private server: VaultServer | undefined;

  constructor(private readonly props: VaultEngineProps) {
    const { clock, callSts, findFullArn = async (canonical) => canonical } = props;
    const mounts = { ...DEFAULT_MOUNTS, ...props.mounts };
    const nowMs = (): number => clock.nowMs();
    const policiesOf = (token: Token): readonly Policy[] | 'root' => this.policiesOf(token);
    const isSealed = (): boolean => this.seal.isSealed;
    this.seal = new Seal(nowMs, () => this.catchUp());
    this.leases = new LeaseStore(clock, isSealed);
    this.tokens = new TokenStore(clock, (token) => this.leases.revokeOf(token.id), isSealed);
    this.secrets = new KvStore(() => clock.now());
    this.database = new DatabaseBackend(mounts.database, this.leases, clock);
    this.awsAuth = new AwsAuthBackend(mounts.awsAuth, this.tokens, { callSts, findFullArn });
    const backends = {
      sys: new SysBackend(this.seal, this.leases, policiesOf, nowMs),
      'auth/token': new TokenBackend(this.tokens, nowMs),
      [mounts.awsAuth]: this.awsAuth,
      [mounts.database]: this.database,
      [mounts.kv]: new KvBackend(this.secrets),
    };
    this.router = new Router(backends, { tokens: this.tokens, policiesOf, isSealed });
    this.rootToken = this.createToken({ policies: ['root'] });
  }

  /** Begins to listen on 127.0.0.1. */
  async start(): Promise<void> {
    const identity = await this.props.authority.issue(...this.props.hostnames);
    this.server = await VaultServer.start(identity, (request) => this.serve(request));
  }

  /** Stops listening and waits for revocations under way. Logins that are still leased stay in their databases. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.tokens.stop();
    await this.leases.stop();
    await this.server?.stop();
  }

  get port(): number {
    if (!this.server) throw new Error('the Vault engine has not been started');
    return this.server.port;
  }

  /** What clients take for VAULT_ADDR; the first of its host names leads to 127.0.0.1 in the cloud. */
  get address(): string {
    return `https://${this.props.hostnames[0]}:${this.port}`;
  }

  /** Adds to or replaces what is configured, name by name. */
  configure(configuration: VaultConfiguration): void {
    const { policies = {}, secrets = {}, awsRoles = {}, awsServerId, databases = {}, databaseRoles = {} } = configuration;
    for (const [name, policy] of Object.entries(policies)) this.policies.set(name, policy);
    for (const [path, data] of Object.entries(secrets)) this.secrets.write(path, data, this.secrets.find(path)?.currentVersion ?? 0);
    for (const [name, role] of Object.entries(awsRoles)) {
      if (role.boundIamPrincipalArns.length === 0) throw new Error(`awsRoles.${name}.boundIamPrincipalArns is empty: at least one ARN must be bound`);
      this.awsAuth.roles.set(name, { ...role, id: this.awsAuth.roles.get(name)?.id ?? randomUUID() });
    }
    if (awsServerId !== undefined) this.awsAuth.requireServerId(awsServerId);
    for (const [name, connection] of Object.entries(databases)) this.database.connections.set(name, connection);
    for (const [name, role] of Object.entries(databaseRoles)) this.database.roles.set(name, role);
  }

  /** Makes a token as an operator would, and returns its id. */
  createToken({ policies, displayName = 'token', ...request }: NewToken): string {
    const named = policies.includes('root') ? ['root'] : [...new Set([...policies, 'default'])].sort();
    return this.tokens.create({ ...request, policies: named, displayName, path: 'auth/token/create' }).id;
  }

  /** Revokes a token with its children and leases, as an operator would. */
  async revokeToken(id: string): Promise<void> {
    const token = this.tokens.find(id);
    if (token) await this.tokens.revoke(token);
  }

  /** Takes back everything that is lent, as an operator does with `sys/leases/revoke-prefix`. */
  async revokeLeases(): Promise<void> {
    await Promise.all(this.leases.ids().map((id) => this.leases.revoke(id)));
  }

  /** Ids of the leases that are held. */
  get leaseIds(): readonly string[] {
    return this.leases.ids();
  }

  /** Makes Vault answer 503 to everything but questions about its seal. What runs out meanwhile is revoked once it is unsealed. */
  sealUp(): void {
    this.seal.close();
  }

  unseal(): void {
    this.seal.open();
  }

  get isSealed(): boolean {
    return this.seal.isSealed;
  }

  /** The key that `sys/unseal` takes. */
  get unsealKey(): string {
    return this.seal.unsealKey;
  }

  /** Sets a fault; the returned function removes it. */
  injectFault(fault: VaultFault): () => void {
    return this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** All requests so far, oldest first. */
  get audit(): readonly AuditEntry[] {
    return this.entries;
  }

  private async serve(request: HttpRequest): Promise<Answer | undefined> {
    const understanding: Understanding = {};
    const effects = this.faults.take(request.method, request.path);
    const replyLost = effects.some(({ kind }) => kind === 'lose-reply');
    let status = 500;
    let errors: readonly string[] = [];
    try {
      for (const effect of effects) {
        if (effect.kind === 'delay') await this.props.clock.sleep(effect.delayMs, this.stopped.signal);
        if (effect.kind === 'rate-limit') throw new VaultError(429, [`request path ${JSON.stringify(request.path)}: rate limit quota exceeded`]);
        if (effect.kind === 'status') throw new VaultError(effect.status, effect.errors);
      }
      const answer = await this.props.clock.whileWorking(() => this.router.route(request, understanding));
      status = answer.status;
      return replyLost ? undefined : answer;
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      ({ status, errors } = error);
      if (replyLost) return undefined;
      throw error;
    } finally {
      this.note(request, understanding, { status, errors, replyLost });
    }
  }

  private note({ method, path, namespace }: HttpRequest, { operation, token }: Understanding, outcome: Pick<AuditEntry, 'status' | 'errors' | 'replyLost'>): void {
    this.entries.push({
      at: this.props.clock.now(),
      method,
      path,
      operation,
      namespace,
      ...outcome,
      accessor: token?.accessor,
      displayName: token?.displayName,
      policies: token?.policies ?? [],
    });
  }

  private catchUp(): void {
    this.tokens.revokeOverdue();
    this.leases.revokeOverdue();
  }

  private policiesOf(token: Token): readonly Policy[] | 'root' {
    if (token.policies.includes('root')) return 'root';
    return token.policies.flatMap((name) => {
      const policy = this.policies.get(name);
      return policy ? [policy] : [];
    });
  }
}

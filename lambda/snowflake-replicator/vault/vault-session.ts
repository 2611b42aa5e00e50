import nodeVault from 'node-vault';
import type { SignedIdentity } from '../../common/aws/signed-identity';
import { VaultUnavailable } from '../contract';
import { vaultFailure } from './vault-failure';

export interface VaultAddress {
  readonly address: string;
  readonly namespace: string | undefined;
  readonly timeoutMs: number;
}

/** How to become somebody to Vault. */
export type VaultLogin =
  | { readonly kind: 'aws'; readonly mount: string; readonly role: string; readonly sign: () => Promise<SignedIdentity> }
  | { readonly kind: 'token'; readonly token: string };

/** A login for PostgreSQL that exists as long as its lease. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
}

interface Held {
  readonly renew: (client: Client) => Promise<Granted>;
  expiresAtMs: number;
  ttlMs: number;
}

interface Granted {
  readonly lease_duration: number;
}

type Client = ReturnType<typeof nodeVault>;

/** What has less than a third of its life left is renewed. */
const RENEWAL_SHARE = 1 / 3;
const MS_PER_SECOND = 1000;

/** One login to Vault, with everything it was lent. Every call ends within its time, and closing gives everything back. */
export class VaultSession {
  private readonly leases = new Map<string, Held>();
  private token: Held | undefined;

  private constructor(
    private readonly client: Client,
    private readonly place: VaultAddress,
    private readonly now: () => Date,
  ) {}

  static async open(place: VaultAddress, login: VaultLogin, now: () => Date): Promise<VaultSession> {
    const options = {
      endpoint: place.address,
      // An empty text, because without one the client takes VAULT_NAMESPACE and VAULT_TOKEN of the environment.
      namespace: place.namespace ?? '',
      token: login.kind === 'token' ? login.token : '',
      // The client would obey VAULT_SKIP_VERIFY, wait for ever, and with DEBUG set print what it sends.
      rpDefaults: { strictSSL: true, timeout: place.timeoutMs },
      debug: () => undefined,
    };
    const client = nodeVault(options);
    const session = new VaultSession(client, place, now);
    if (login.kind === 'aws') await session.logIn(login);
    return session;
  }

  /** The content of a secret of a key/value engine, version 2. */
  async readSecret(mount: string, path: string): Promise<unknown> {
    const { data } = (await this.call(`reading secret ${mount}/${path}`, () => this.client.read(`${mount}/data/${path}`))) as { data: { data: unknown } };
    return data.data;
  }

  /** A new login for PostgreSQL from a role of a database engine. */
  async lendDatabaseLogin(mount: string, role: string): Promise<DatabaseLogin> {
    const lent = (await this.call(`asking for a login of database role ${mount}/${role}`, () => this.client.read(`${mount}/creds/${role}`))) as Granted & { lease_id: string; data: DatabaseLogin };
    const { lease_id: leaseId } = lent;
    this.leases.set(leaseId, this.held(lent, (client) => client.write('sys/leases/renew', { lease_id: leaseId }) as Promise<Granted>));
    return { username: lent.data.username, password: lent.data.password };
  }

  /** Renews what would soon run out. Called every now and then while what was lent is in use. */
  async keepAlive(): Promise<void> {
    for (const [what, held] of [['the token', this.token] as const, ...this.leases]) {
      if (!held || held.expiresAtMs - this.now().getTime() > held.ttlMs * RENEWAL_SHARE) continue;
      const granted = await this.call(`renewing ${what === 'the token' ? what : 'a lease'}`, () => held.renew(this.client));
      Object.assign(held, this.term(granted));
    }
  }

  /** Gives the leases back and ends the login. What cannot be given back runs out by itself. */
  async close(): Promise<void> {
    for (const leaseId of this.leases.keys()) {
      await this.call('giving a lease back', () => this.client.write('sys/leases/revoke', { lease_id: leaseId, sync: true })).catch(() => undefined);
    }
    this.leases.clear();
    if (this.token) await this.call('ending the login', () => this.client.write('auth/token/revoke-self', {})).catch(() => undefined);
    this.token = undefined;
  }

  private async logIn({ mount, role, sign }: VaultLogin & { readonly kind: 'aws' }): Promise<void> {
    const { method, url, body, headers } = await sign();
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const { auth } = (await this.call(`logging in as role ${role}`, () =>
      this.client.awsIamLogin({
        mount_point: mount,
        role,
        iam_http_request_method: method,
        iam_request_url: base64(url),
        iam_request_body: base64(body),
        iam_request_headers: base64(JSON.stringify(headers)),
      }),
    )) as { auth: Granted & { renewable: boolean } };
    if (auth.renewable) this.token = this.held(auth, (client) => (client.tokenRenewSelf({}) as Promise<{ auth: Granted }>).then((answer) => answer.auth));
    else this.token = { renew: () => Promise.reject(new Error('not renewable')), expiresAtMs: Infinity, ttlMs: 0 };
  }

  private held(granted: Granted, renew: Held['renew']): Held {
    return { renew, ...this.term(granted) };
  }

  private term({ lease_duration: seconds }: Granted): Pick<Held, 'expiresAtMs' | 'ttlMs'> {
    const ttlMs = seconds * MS_PER_SECOND;
    return { ttlMs, expiresAtMs: this.now().getTime() + ttlMs };
  }

  /** The client's time-out counts from the last byte; this one from the beginning. */
  private async call<T>(doing: string, send: () => Promise<T>): Promise<T> {
    const { timeoutMs, address } = this.place;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new VaultUnavailable(`${doing} of Vault ${address}: no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      return await Promise.race([send(), late]);
    } catch (error) {
      throw vaultFailure(error, `${doing} of Vault ${address}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

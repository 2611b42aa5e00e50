import { randomBytes, randomUUID } from 'node:crypto';
import type { Answer } from './answer';
import { textField, type JsonObject } from './json-fields';
import { badRequest } from './vault-error';

/** The version whose answers this Vault gives; they were compared with it. */
export const VAULT_VERSION = '1.21.0';

/** Whether this Vault can use its secrets, what it says about that, and the one key that unseals it. */
export class Seal {
  readonly unsealKey = randomBytes(32).toString('base64');
  private readonly clusterId = randomUUID();
  private readonly clusterName = `vault-cluster-${this.clusterId.slice(0, 8)}`;
  private closed = false;

  constructor(
    private readonly nowMs: () => number,
    private readonly onOpened: () => void,
  ) {}

  get isSealed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.closed = false;
    this.onOpened();
  }

  /** Opens the seal if the body holds its key. */
  unseal(body: JsonObject): Answer {
    const key = textField(body, 'key');
    if (key === '') throw badRequest("'key' must be specified in request body as JSON, or 'reset' set to true");
    if (key !== this.unsealKey) throw badRequest("'key' must be a valid hex or base64 string");
    this.open();
    return this.status();
  }

  status(): Answer {
    return {
      status: 200,
      body: {
        type: 'shamir',
        initialized: true,
        sealed: this.closed,
        t: 1,
        n: 1,
        progress: 0,
        nonce: '',
        version: VAULT_VERSION,
        migration: false,
        ...this.clusterNames(),
        recovery_seal: false,
        storage_type: 'inmem',
      },
    };
  }

  /** Answers a health check: 200, or 503 when sealed, or what the query asks for instead. */
  health(query: URLSearchParams): Answer {
    const asked = query.get(this.closed ? 'sealedcode' : 'activecode');
    const replication = this.closed ? 'unknown' : 'disabled';
    return {
      status: asked === null ? (this.closed ? 503 : 200) : Number(asked),
      body: {
        initialized: true,
        sealed: this.closed,
        standby: this.closed,
        performance_standby: false,
        replication_performance_mode: replication,
        replication_dr_mode: replication,
        server_time_utc: Math.floor(this.nowMs() / 1000),
        version: VAULT_VERSION,
        enterprise: false,
        ...this.clusterNames(),
        echo_duration_ms: 0,
        clock_skew_ms: 0,
        replication_primary_canary_age_ms: 0,
      },
    };
  }

  private clusterNames(): object {
    return this.closed ? {} : { cluster_name: this.clusterName, cluster_id: this.clusterId };
  }
}

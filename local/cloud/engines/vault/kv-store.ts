import { badRequest } from './vault-error';

export type SecretData = Readonly<Record<string, unknown>>;

/** One version of a secret. */
export interface SecretVersion {
  /** Undefined once destroyed. */
  readonly data: SecretData | undefined;
  readonly createdAt: Date;
  readonly deletedAt: Date | undefined;
  readonly destroyed: boolean;
}

export interface SecretSettings {
  /** How many versions are kept; 0 for ten. */
  readonly maxVersions: number;
  readonly casRequired: boolean;
  readonly customMetadata: Readonly<Record<string, string>> | null;
}

/** A secret with its versions, the newest of which is `currentVersion`. */
export interface Secret {
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly currentVersion: number;
  readonly settings: SecretSettings;
  readonly versions: ReadonlyMap<number, SecretVersion>;
}

const DEFAULT_MAX_VERSIONS = 10;
const DEFAULT_SETTINGS: SecretSettings = { maxVersions: 0, casRequired: false, customMetadata: null };

/**
 * Versioned secrets, as Vault's key/value engine version 2 keeps them.
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
export class KvStore {
  private readonly secrets = new Map<string, Secret>();

  constructor(private readonly now: () => Date) {}

  find(path: string): Secret | undefined {
    return this.secrets.get(path);
  }

  /** Adds a version and returns its number; `cas` must be the current version's, 0 where there is none. */
  write(path: string, data: SecretData, cas?: number): number {
    const now = this.now();
    const secret = this.secrets.get(path) ?? emptySecret(now);
    if (cas === undefined && secret.settings.casRequired) throw badRequest('check-and-set parameter required for this call');
    if (cas !== undefined && cas !== secret.currentVersion) throw badRequest('check-and-set parameter did not match the current version');
    const currentVersion = secret.currentVersion + 1;
    const version = { data, createdAt: now, deletedAt: undefined, destroyed: false };
    const oldestKept = currentVersion - (secret.settings.maxVersions || DEFAULT_MAX_VERSIONS);
    const versions = [...secret.versions, [currentVersion, version] as const].filter(([number]) => number > oldestKept);
    this.secrets.set(path, { ...secret, currentVersion, updatedAt: now, versions: new Map(versions) });
    return currentVersion;
  }

  /** Hides versions until they are restored. */
  delete(path: string, numbers: readonly number[]): void {
    this.change(path, numbers, (version) => ({ ...version, deletedAt: version.deletedAt ?? this.now() }));
  }

  restore(path: string, numbers: readonly number[]): void {
    this.change(path, numbers, (version) => ({ ...version, deletedAt: undefined }));
  }

  /** Removes the data of versions for good. */
  destroy(path: string, numbers: readonly number[]): void {
    this.change(path, numbers, (version) => ({ ...version, data: undefined, destroyed: true }));
  }

  /** Sets what is kept about a secret beside its versions; what is left out stays. */
  configure(path: string, settings: Partial<SecretSettings>): void {
    const secret = this.secrets.get(path) ?? emptySecret(this.now());
    this.secrets.set(path, { ...secret, settings: { ...secret.settings, ...settings } });
  }

  /** Removes a secret with all its versions. */
  forget(path: string): void {
    this.secrets.delete(path);
  }

  /** Lists what is directly in a folder (`''` or ending in a slash); folders in it end in a slash. */
  list(folder: string): readonly string[] {
    const inside = [...this.secrets.keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
    return [...new Set(inside.map((rest) => /^[^/]*\/?/.exec(rest)?.[0] ?? rest))].sort();
  }

  private change(path: string, numbers: readonly number[], change: (version: SecretVersion) => SecretVersion): void {
    const secret = this.secrets.get(path);
    if (!secret) return;
    const versions = [...secret.versions].map(([number, version]) => [number, numbers.includes(number) && !version.destroyed ? change(version) : version] as const);
    this.secrets.set(path, { ...secret, versions: new Map(versions) });
  }
}

function emptySecret(now: Date): Secret {
  return { createdAt: now, updatedAt: now, currentVersion: 0, settings: DEFAULT_SETTINGS, versions: new Map() };
}

import { answer, NO_CONTENT, type Answer } from './answer';
import { notEmulated, unsupportedOperation, type Backend, type BackendRequest } from './backend';
import { isJsonObject, numbersField, objectField, type JsonObject } from './json-fields';
import type { KvStore, Secret, SecretData, SecretSettings, SecretVersion } from './kv-store';
import { badRequest, notFound } from './vault-error';

const MOUNT_TYPE = 'kv';
const WRONG_PATH =
  'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. ' +
  "If using the Vault CLI, use 'vault kv get' for this operation.";

/** The key/value engine version 2 over HTTP. Who changed a version (`created_by` and the like) is not told. */
export class KvBackend implements Backend {
  constructor(private readonly store: KvStore) {}

  exists(path: string): boolean {
    const [kind, name] = split(path);
    return kind !== 'data' || this.store.find(name) !== undefined;
  }

  async handle(request: BackendRequest): Promise<Answer> {
    const [kind, name] = split(request.path);
    const folder = name === '' || name.endsWith('/');
    if (kind === 'metadata' && request.operation === 'list') return this.list(name);
    if (folder) return answer({ status: 404, warnings: [WRONG_PATH] });
    switch (kind) {
      case 'data':
        return this.handleData(name, request);
      case 'metadata':
        return this.handleMetadata(name, request);
      case 'delete':
      case 'undelete':
      case 'destroy':
        return this.handleVersions(kind, name, request);
      case 'config':
      case 'subkeys':
        throw notEmulated(`${kind} of a key/value engine`);
      default:
        return answer({ status: 404, warnings: [WRONG_PATH] });
    }
  }

  private handleData(name: string, { operation, body, query }: BackendRequest): Answer {
    switch (operation) {
      case 'read':
        return this.read(name, versionAsked(query));
      case 'create':
      case 'update':
        return this.write(name, dataOf(body), body);
      case 'patch':
        return this.write(name, merge(this.currentData(name), dataOf(body)), body);
      case 'delete':
        this.store.delete(name, [this.store.find(name)?.currentVersion ?? 0]);
        return NO_CONTENT;
      default:
        throw unsupportedOperation();
    }
  }

  private handleMetadata(name: string, { operation, body }: BackendRequest): Answer {
    switch (operation) {
      case 'read':
        return answer({ data: describeSecret(this.secret(name)), mountType: MOUNT_TYPE });
      case 'create':
      case 'update':
        this.store.configure(name, settingsOf(body));
        return NO_CONTENT;
      case 'delete':
        this.store.forget(name);
        return NO_CONTENT;
      default:
        throw unsupportedOperation();
    }
  }

  private handleVersions(kind: 'delete' | 'undelete' | 'destroy', name: string, { operation, body }: BackendRequest): Answer {
    if (operation !== 'create' && operation !== 'update') throw unsupportedOperation();
    const versions = numbersField(body, 'versions');
    if (versions.length === 0) throw badRequest(kind === 'delete' ? 'No version number provided' : 'no version number provided');
    if (kind === 'delete') this.store.delete(name, versions);
    if (kind === 'undelete') this.store.restore(name, versions);
    if (kind === 'destroy') this.store.destroy(name, versions);
    return NO_CONTENT;
  }

  private list(name: string): Answer {
    const keys = this.store.list(name === '' || name.endsWith('/') ? name : `${name}/`);
    if (keys.length === 0) throw notFound();
    return answer({ data: { keys }, mountType: MOUNT_TYPE });
  }

  private read(name: string, asked: number): Answer {
    const secret = this.secret(name);
    const number = asked || secret.currentVersion;
    const version = secret.versions.get(number);
    if (!version) throw notFound();
    const gone = version.destroyed || version.deletedAt !== undefined;
    const data = { data: gone ? null : version.data, metadata: describeVersion(secret, number, version) };
    return answer(gone ? { data, status: 404 } : { data, mountType: MOUNT_TYPE });
  }

  private write(name: string, data: SecretData, body: JsonObject): Answer {
    const cas = objectField(body, 'options')?.cas;
    const number = this.store.write(name, data, cas === undefined ? undefined : Number(cas));
    const secret = this.secret(name);
    const version = secret.versions.get(number);
    if (!version) throw notFound();
    return answer({ data: describeVersion(secret, number, version), mountType: MOUNT_TYPE });
  }

  private currentData(name: string): SecretData {
    const secret = this.secret(name);
    const version = secret.versions.get(secret.currentVersion);
    if (!version?.data || version.deletedAt) throw notFound();
    return version.data;
  }

  private secret(name: string): Secret {
    const secret = this.store.find(name);
    if (!secret) throw notFound();
    return secret;
  }
}

function split(path: string): readonly [string, string] {
  const slash = path.indexOf('/');
  return slash === -1 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
}

function versionAsked(query: URLSearchParams): number {
  const text = query.get('version') ?? '0';
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(
    `Field validation failed: error converting input for field "version": cannot parse '' as int: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

function dataOf(body: JsonObject): SecretData {
  const data = objectField(body, 'data');
  if (!data) throw badRequest('no data provided');
  return data;
}

/** JSON merge patch, RFC 7396: null removes, objects merge. */
function merge(base: SecretData, patch: SecretData): SecretData {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isJsonObject(value) ? merge(isJsonObject(result[key]) ? result[key] : {}, value) : value;
  }
  return result;
}

function settingsOf(body: JsonObject): Partial<SecretSettings> {
  const customMetadata = objectField(body, 'custom_metadata') as Record<string, string> | undefined;
  return {
    ...(body.max_versions !== undefined && { maxVersions: Number(body.max_versions) }),
    ...(body.cas_required !== undefined && { casRequired: body.cas_required === true }),
    ...(customMetadata && { customMetadata }),
  };
}

function timesOf(version: SecretVersion): object {
  return { created_time: version.createdAt.toISOString(), deletion_time: version.deletedAt?.toISOString() ?? '', destroyed: version.destroyed };
}

function describeVersion({ settings }: Secret, number: number, version: SecretVersion): object {
  return { ...timesOf(version), custom_metadata: settings.customMetadata, version: number };
}

function describeSecret(secret: Secret): object {
  const numbers = [...secret.versions.keys()];
  return {
    cas_required: secret.settings.casRequired,
    created_time: secret.createdAt.toISOString(),
    current_version: secret.currentVersion,
    custom_metadata: secret.settings.customMetadata,
    delete_version_after: '0s',
    max_versions: secret.settings.maxVersions,
    oldest_version: numbers[0] === 1 ? 0 : (numbers[0] ?? 0),
    updated_time: secret.updatedAt.toISOString(),
    versions: Object.fromEntries([...secret.versions].map(([number, version]) => [number, timesOf(version)])),
  };
}

import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { PerRegion, type Place } from '../../gateway/service';
import { awsManagedKey } from './aws-managed-key';
import { requestedId } from '../../gateway/requested-id';
import { keyArn, newKeyId, type Grant, type Key, type KeyFamily } from './key';
import { KeyMaterial } from './key-material';

/** A name of a key in one region. */
export interface Alias {
  /** With the prefix `alias/`. */
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  updatedAt: Date;
  keyId: string;
}

/** What a `KeyId` member names: an id or alias, bare or as ARN. */
export interface KeyReference extends Place {
  /** A key's id, or an alias with its prefix. */
  readonly name: string;
  readonly isAlias: boolean;
  readonly arn: string;
}

/** What a new key is made of. */
export interface NewKey extends Place {
  readonly description: string;
  readonly policy: string;
  readonly tags: Record<string, string>;
  readonly manager: Key['manager'];
  readonly multiRegion: boolean;
}

const ROTATION_OF_AWS_MANAGED_KEYS_DAYS = 365;
export const DAY_MS = 24 * 3_600_000;

/** Keys and aliases of all accounts and regions. */
export class KmsState {
  private readonly regions = new PerRegion(() => ({ keys: new Map<string, Key>(), aliases: new Map<string, Alias>() }));

  constructor(readonly clock: CloudClock) {}

  in(place: Place): { readonly keys: Map<string, Key>; readonly aliases: Map<string, Alias> } {
    return this.regions.in(place);
  }

  create({ account, region, multiRegion, ...rest }: NewKey): Key {
    const createdAt = this.clock.now();
    const family: KeyFamily = {
      id: requestedId(rest.tags) ?? newKeyId(multiRegion),
      multiRegion,
      material: new KeyMaterial(createdAt),
      primaryRegion: region,
      rotation: undefined,
      members: new Map(),
    };
    return this.addMember(family, { account, region, ...rest });
  }

  /** Adds the key of one region to a family. */
  addMember(family: KeyFamily, { account, region, description, policy, tags, manager }: Omit<NewKey, 'multiRegion'>): Key {
    const key: Key = {
      account,
      region,
      arn: keyArn({ account, region }, family.id),
      family,
      createdAt: this.clock.now(),
      manager,
      description,
      policy,
      tags,
      grants: new Map(),
      enabled: true,
      transient: undefined,
      deletion: undefined,
    };
    family.members.set(region, key);
    this.in(key).keys.set(family.id, key);
    return key;
  }

  remove(key: Key): void {
    const { keys, aliases } = this.in(key);
    keys.delete(key.family.id);
    key.family.members.delete(key.region);
    for (const { name } of this.aliasesOf(key)) aliases.delete(name);
  }

  /** The key that a reference means; keys managed by AWS come into being when they are first named. */
  keyAt({ account, region, name, isAlias }: KeyReference): Key | undefined {
    const { keys, aliases } = this.in({ account, region });
    if (!isAlias) return keys.get(name);
    const alias = aliases.get(name);
    return alias ? keys.get(alias.keyId) : this.createAwsManaged(name, { account, region });
  }

  aliasesOf({ account, region, family }: Key): readonly Alias[] {
    return [...this.in({ account, region }).aliases.values()].filter(({ keyId }) => keyId === family.id);
  }

  addAlias(key: Key, name: string): Alias {
    const now = this.clock.now();
    const alias = { name, arn: regionalArn('kms', key, name), createdAt: now, updatedAt: now, keyId: key.family.id };
    this.in(key).aliases.set(name, alias);
    return alias;
  }

  /** Every key of the customers of all accounts and regions. */
  customerKeys(): readonly Key[] {
    return [...this.regions.all()].flatMap(([, { keys }]) => [...keys.values()]).filter(({ manager }) => manager === 'CUSTOMER');
  }

  /** The key in a region that holds this version of key material, whichever account it belongs to. */
  keyWithMaterial(materialId: string | undefined, region: string): Key | undefined {
    for (const [place, { keys }] of this.regions.all()) {
      if (place.region !== region) continue;
      const found = [...keys.values()].find(({ family }) => family.material.versions.some(({ id }) => id === materialId));
      if (found) return found;
    }
    return undefined;
  }

  /** A grant by the token that its creation returned. */
  grantByToken(token: string, region: string): { readonly key: Key; readonly grant: Grant } | undefined {
    for (const [place, { keys }] of this.regions.all()) {
      if (place.region !== region) continue;
      for (const key of keys.values()) {
        const grant = [...key.grants.values()].find((each) => each.token === token);
        if (grant) return { key, grant };
      }
    }
    return undefined;
  }

  /** The key material after the rotations that have become due. */
  materialOf({ family }: Key): KeyMaterial {
    while (family.rotation && family.rotation.nextAt <= this.clock.now()) {
      const { nextAt, periodDays } = family.rotation;
      family.material.rotate('AUTOMATIC', nextAt);
      family.rotation = { periodDays, nextAt: new Date(nextAt.getTime() + periodDays * DAY_MS) };
    }
    return family.material;
  }

  setRotation(family: KeyFamily, periodDays: number): void {
    family.rotation = { periodDays, nextAt: new Date(this.clock.nowMs() + periodDays * DAY_MS) };
  }

  private createAwsManaged(alias: string, place: Place): Key | undefined {
    const managed = awsManagedKey(alias, place);
    if (!managed) return undefined;
    const key = this.create({ ...place, ...managed, tags: {}, manager: 'AWS', multiRegion: false });
    this.setRotation(key.family, ROTATION_OF_AWS_MANAGED_KEYS_DAYS);
    this.addAlias(key, alias);
    return key;
  }
}

/** Reads a `KeyId` member; fails as KMS does when it cannot mean a key of the region. */
export function readKeyId(keyId: string | undefined, { account, region }: Place): KeyReference {
  const text = keyId ?? '';
  if (!text.startsWith('arn:')) {
    const isAlias = text.startsWith('alias/');
    if (text === '') throw new AwsError('NotFoundException', "Invalid keyId ''");
    return { account, region, name: text, isAlias, arn: isAlias ? regionalArn('kms', { account, region }, text) : keyArn({ account, region }, text) };
  }
  const arn = parseArn(text);
  const [, kind, name = ''] = /^(key|alias)\/(.+)$/.exec(arn?.resource ?? '') ?? [];
  if (!arn || arn.service !== 'kms' || !kind) throw new AwsError('InvalidArnException', `Invalid arn ${text}`);
  if (arn.region !== region) throw new AwsError('NotFoundException', `Invalid arn ${arn.region}`);
  const isAlias = kind === 'alias';
  return { account: arn.account, region, name: isAlias ? `alias/${name}` : name, isAlias, arn: text };
}

/** The key that a request of the region names, or the error that KMS gives. */
export function keyNamed(state: KmsState, keyId: string | undefined, place: Place): Key {
  const reference = readKeyId(keyId, place);
  const key = state.keyAt(reference);
  if (!key) throw keyNotFound(reference);
  return key;
}

/** What KMS says about a reference that leads nowhere. */
export function keyNotFound({ arn, isAlias }: KeyReference): AwsError {
  return new AwsError('NotFoundException', isAlias ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`);
}

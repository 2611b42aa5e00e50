import { randomUUID } from 'node:crypto';
import type { KeyGrant } from '../../gateway/iam/kms-grants';
import { regionalArn } from '../../gateway/arn';
import type { Timer } from '../../gateway/clock';
import type { Place } from '../../gateway/service';
import type { KeyMaterial } from './key-material';

/** A grant of a key, with what `ListGrants` tells beyond what access depends on. */
export interface Grant extends KeyGrant {
  readonly token: string;
  readonly name: string | undefined;
  readonly createdAt: Date;
  /** ARN of the account that created it. */
  readonly issuingAccount: string;
}

export interface AutomaticRotation {
  readonly periodDays: number;
  readonly nextAt: Date;
}

/** What the keys of a multi-Region key have in common; a single-Region key is alone in its family. */
export interface KeyFamily {
  readonly id: string;
  readonly multiRegion: boolean;
  readonly material: KeyMaterial;
  primaryRegion: string;
  rotation: AutomaticRotation | undefined;
  /** By region. */
  readonly members: Map<string, Key>;
}

/** A symmetric KMS key in one region. */
export interface Key extends Place {
  readonly arn: string;
  readonly family: KeyFamily;
  readonly createdAt: Date;
  readonly manager: 'AWS' | 'CUSTOMER';
  description: string;
  policy: string;
  tags: Record<string, string>;
  readonly grants: Map<string, Grant>;
  enabled: boolean;
  /** A state that ends by itself. */
  transient: 'Creating' | 'Updating' | undefined;
  deletion: PendingDeletion | undefined;
}

/** The waiting period of a primary key begins when its last replica is gone. */
export type PendingDeletion =
  | { readonly kind: 'waits for replicas'; readonly windowDays: number }
  | { readonly kind: 'waits'; readonly windowDays: number; readonly at: Date; readonly timer: Timer };

/** A key id as KMS makes them up: `mrk-` tells multi-Region keys. */
export function newKeyId(multiRegion: boolean): string {
  return multiRegion ? `mrk-${randomUUID().replaceAll('-', '')}` : randomUUID();
}

export function keyArn(place: Place, id: string): string {
  return regionalArn('kms', place, `key/${id}`);
}

export function isPrimary({ family, region }: Key): boolean {
  return family.primaryRegion === region;
}

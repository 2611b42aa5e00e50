import type { ManifestPhase, Verdict } from './contract';

/** Where the locked bucket keeps what: the source may write below `manifests/` and read below `proofs/`. */
const PROOFS = 'proofs/';

export function manifestKeyOf(snapshotIdentifier: string, phase: ManifestPhase): string {
  return `manifests/${snapshotIdentifier}/${phase}.json`;
}

/** The verdict is part of the key, so that a list of keys tells which snapshots are proven. */
export function proofKeyOf(snapshotIdentifier: string, verdict: Verdict): string {
  return `${PROOFS}${snapshotIdentifier}/${verdict}.json`;
}

/** What two people have decided about an own copy. */
export function releaseKeyOf(snapshotIdentifier: string, token: string, what: 'requested' | 'approved'): string {
  return `releases/${snapshotIdentifier}/${token}/${what}.json`;
}

/** Reads verdicts out of the keys below a snapshot prefix. */
export async function verdictsIn(bucket: { keysUnder(prefix: string): Promise<readonly string[]> }, snapshotPrefix: string): Promise<ReadonlyMap<string, Verdict>> {
  const keys = await bucket.keysUnder(`${PROOFS}${snapshotPrefix}-`);
  return new Map(keys.map((key) => {
    const [, identifier = '', file = ''] = key.split('/');
    return [identifier, file.replace('.json', '') as Verdict];
  }));
}

import { parseArn, regionalArn } from '../../gateway/arn';
import type { Place } from '../../gateway/service';

export function vaultArn({ place, name }: { readonly place: Place; readonly name: string }): string {
  return regionalArn('backup', place, `backup-vault:${name}`);
}

export function planArn(place: Place, id: string): string {
  return regionalArn('backup', place, `backup-plan:${id}`);
}

/** The place and name of the vault that an ARN stands for; nothing for other ARNs. */
export function parseVaultArn(text: string): { readonly place: Place; readonly name: string } | undefined {
  const arn = parseArn(text);
  const [, name] = /^backup-vault:(.+)$/.exec(arn?.resource ?? '') ?? [];
  if (!arn || arn.service !== 'backup' || name === undefined) return undefined;
  return { place: { account: arn.account, region: arn.region }, name };
}

/** How AWS Backup signs what it does. */
export const AWS_BACKUP = 'backup.amazonaws.com';

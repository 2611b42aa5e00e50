import type { Access, Call, Place, ResourcePolicy } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import { AWS_BACKUP, parseVaultArn, planArn, vaultArn } from './backup-arn';
import type { BackupEstate } from './state/estate';
import type { Vault } from './state/vault';

type Context = NonNullable<Access['context']>;

/** Says what AWS Backup asks of IAM. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html */
export class BackupAccess {
  constructor(private readonly estate: BackupEstate) {}

  /** For actions that are about nothing in particular. */
  anything(): readonly Access[] {
    return [{ resource: '*' }];
  }

  /** To a vault, whose policy has its say. */
  vault(call: Call, name: string | undefined, context: Context = {}): Access {
    const place = { account: call.account, region: call.region };
    const vault = this.estate.in(place).vaults.get(name ?? '');
    return { resource: vaultArn({ place, name: name ?? '*' }), context: { ...resourceTagContext(vault?.tags ?? {}), ...context }, ...policyOf(vault) };
  }

  /** To what a vault holds, which the vault's policy guards. */
  recoveryPoint(call: Call, arn: string | undefined, vaultName?: string): Access {
    const vault = vaultName === undefined ? this.estate.vaultOf(call, arn) : this.estate.in(call).vaults.get(vaultName);
    const tags = vault?.recoveryPoints.get(arn ?? '')?.tags ?? {};
    return { resource: arn ?? '*', context: resourceTagContext(tags), ...policyOf(vault) };
  }

  plan(call: Call, id: string | undefined, context: Context = {}): Access {
    const tags = this.estate.in(call).plans.get(id ?? '')?.tags ?? {};
    return { resource: planArn(call, id ?? '*'), context: { ...resourceTagContext(tags), ...context } };
  }

  /** To create something; with tags AWS Backup asks for `backup:TagResource` too. */
  created(resource: string, tags: Readonly<Record<string, string>> | undefined): readonly Access[] {
    const context = requestTagContext(tags ?? {});
    const create: Access = { resource, context };
    return Object.keys(tags ?? {}).length > 0 ? [create, { action: 'backup:TagResource', resource, context }] : [create];
  }

  /** To hand a role to AWS Backup. */
  passedRole(roleArn: string | undefined): readonly Access[] {
    return roleArn === undefined ? [] : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': AWS_BACKUP } }];
  }

  /** To anything that has tags, by its ARN. */
  tagged(call: Place, arn: string | undefined, tags: Readonly<Record<string, string>>, context: Context = {}): readonly Access[] {
    const vault = parseVaultArn(arn ?? '');
    return [{ resource: arn ?? '*', context: { ...resourceTagContext(tags), ...context }, ...(vault && policyOf(this.estate.in(call).vaults.get(vault.name))) }];
  }
}

function policyOf(vault: Vault | undefined): { readonly policy?: ResourcePolicy } {
  return vault?.policy === undefined ? {} : { policy: { kind: 'ordinary', account: vault.place.account, document: vault.policy } };
}

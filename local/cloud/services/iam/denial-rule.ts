import { meansAction } from '../../gateway/iam/pattern';

/** A permission taken away: every policy whose holder fits behaves as if it did not allow the action. Patterns take `*`. */
export interface DenialRule {
  readonly holder: string;
  readonly action: string;
}

const RULE = /^([^=\s]+)=([a-z0-9-]+:[A-Za-z0-9*]+)$/;

/** Reads a rule as it is written on the command line, such as `aurora-restore-orders-copy-snapshot=rds:CopyDBClusterSnapshot`. */
export function parseDenialRule(text: string): DenialRule {
  const match = RULE.exec(text);
  if (!match) throw new Error(`deny rule ${JSON.stringify(text)}: expected HOLDER=SERVICE:ACTION, for example aurora-restore-orders-copy-snapshot=rds:CopyDBClusterSnapshot`);
  const [, holder = '', action = ''] = match;
  return { holder, action };
}

/** Whether the rule takes away what an action needs. */
export function takes({ action: pattern }: Pick<DenialRule, 'action'>, action: string): boolean {
  return meansAction(pattern, action);
}

/** The holder is a role's name, or any ARN: of a role, a key, a bucket. */
export function concerns({ holder }: DenialRule, holderArn: string): boolean {
  const pattern = new RegExp(`^${holder.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  return pattern.test(holderArn) || pattern.test(holderArn.split('/').pop() ?? '');
}

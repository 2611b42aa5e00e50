import type { Access } from '../../gateway/service';
import { plainId } from './route53-state';

/** Actions without resource-level permissions. */
export const anything = (): Access[] => [{ resource: '*' }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html: zones, changes and health checks have no account in their ARNs. */
export function onZone(id: string | undefined, context?: Access['context']): Access[] {
  return [{ resource: `arn:aws:route53:::hostedzone/${plainId(id)}`, ...(context && { context }) }];
}

export function onHealthCheck(id: string | undefined): Access[] {
  return [{ resource: `arn:aws:route53:::healthcheck/${id ?? ''}` }];
}

export function onChange(id: string | undefined): Access[] {
  return [{ resource: `arn:aws:route53:::change/${plainId(id)}` }];
}

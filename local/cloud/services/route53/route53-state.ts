import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { Change, HealthCheck, HostedZone } from './hosted-zone';

/** Hosted zones and health checks of all accounts: Route 53 knows no regions. */
export class Route53State {
  readonly zones = new Map<string, HostedZone>();
  readonly healthChecks = new Map<string, HealthCheck>();
  readonly changes = new Map<string, Change>();

  zone(account: string, id: string | undefined): HostedZone {
    const found = this.zones.get(plainId(id));
    if (found?.account !== account) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${plainId(id)}`);
    return found;
  }

  healthCheck(account: string, id: string | undefined): HealthCheck {
    const found = this.healthChecks.get(id ?? '');
    if (found?.account !== account) throw new AwsError('NoSuchHealthCheck', `A health check with id ${id ?? ''} does not exist.`);
    return found;
  }

  zonesOf(account: string): readonly HostedZone[] {
    return [...this.zones.values()].filter((zone) => zone.account === account);
  }

  healthChecksOf(account: string): readonly HealthCheck[] {
    return [...this.healthChecks.values()].filter((check) => check.account === account);
  }
}

/** An id in Route 53's form, such as `Z0ABCDEF123456789`. */
export function newZoneId(): string {
  return `Z0${randomBytes(10).toString('hex').toUpperCase().slice(0, 18)}`;
}

export function newChangeId(): string {
  return `C0${randomBytes(10).toString('hex').toUpperCase().slice(0, 18)}`;
}

export const newHealthCheckId = randomUUID;

/** Ids may come with the resource type before them. */
export function plainId(id = ''): string {
  return id.replace(/^\/?(hostedzone|change)\//, '');
}

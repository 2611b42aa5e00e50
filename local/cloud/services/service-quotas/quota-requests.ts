import { randomUUID } from 'node:crypto';
import type { RequestedServiceQuotaChange } from '@aws-sdk/client-service-quotas';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { nameOf } from '../../gateway/principal';
import { PerRegion, type Call } from '../../gateway/service';
import type { QuotaDefinition, QuotaSource } from './quota-source';

/** A wish for more, and how far it is. */
interface QuotaRequest {
  readonly id: string;
  readonly source: QuotaSource;
  readonly quota: QuotaDefinition;
  readonly desiredValue: number;
  readonly requester: string;
  readonly createdAt: Date;
  status: 'PENDING' | 'APPROVED';
  updatedAt: Date;
}

/** "Smaller increases are usually approved automatically": https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html */
const APPROVAL_MS = 30 * 60_000;

/** Requests for higher quotas; each is granted after a while. */
export class QuotaRequests {
  private readonly regions = new PerRegion(() => new Map<string, QuotaRequest>());

  constructor(private readonly clock: CloudClock) {}

  create(call: Call, source: QuotaSource, quota: QuotaDefinition, desiredValue: number): QuotaRequest {
    const requests = this.regions.in(call);
    const current = source.valueOf(quota.code, call);
    if (!quota.adjustable) throw new AwsError('InvalidResourceStateException', `The quota ${quota.code} is not adjustable.`);
    if (desiredValue <= current) throw new AwsError('IllegalArgumentException', `The desired value ${desiredValue} must be greater than the current value ${current}.`);
    if ([...requests.values()].some((other) => other.quota.code === quota.code && other.status === 'PENDING')) {
      throw new AwsError('ResourceAlreadyExistsException', 'Only one open service quota increase request is allowed per quota.');
    }
    const now = this.clock.now();
    const request: QuotaRequest = { id: randomUUID().replaceAll('-', ''), source, quota, desiredValue, requester: nameOf(call.principal), createdAt: now, status: 'PENDING', updatedAt: now };
    requests.set(request.id, request);
    this.clock.after(APPROVAL_MS, () => {
      source.apply(quota.code, call, desiredValue);
      request.status = 'APPROVED';
      request.updatedAt = this.clock.now();
    });
    return request;
  }

  find(call: Call, id = ''): QuotaRequest {
    const known = this.regions.in(call).get(id);
    if (!known) throw new AwsError('NoSuchResourceException', `The request ${id} does not exist.`);
    return known;
  }

  listed(call: Call): readonly QuotaRequest[] {
    return [...this.regions.in(call).values()];
  }
}

export function describeRequest({ id, source, quota, desiredValue, requester, createdAt, status, updatedAt }: QuotaRequest): RequestedServiceQuotaChange {
  return {
    Id: id,
    ServiceCode: source.serviceCode,
    ServiceName: source.serviceName,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    DesiredValue: desiredValue,
    Status: status,
    Created: createdAt,
    LastUpdated: updatedAt,
    Requester: JSON.stringify({ callerArn: requester }),
    GlobalQuota: false,
    Unit: 'None',
    QuotaRequestedAtLevel: 'ACCOUNT',
  };
}

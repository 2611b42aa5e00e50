import * as sdk from '@aws-sdk/client-service-quotas';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import { defineService, found, type Access, type Call, type Place, type Service } from '../../gateway/service';
import { describeRequest, QuotaRequests } from './quota-requests';
import type { QuotaDefinition, QuotaSource } from './quota-source';

interface QuotaName {
  readonly ServiceCode: string | undefined;
  readonly QuotaCode: string | undefined;
}

interface Paging {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const MOST_LISTED = 100;
/** What some actions are about, and some are not: https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html */
const ANY: readonly Access[] = [{ resource: '*' }];

/** Service Quotas: what accounts may have, and requests for more. */
export function createServiceQuotasService({ clock }: CloudContext, sources: readonly QuotaSource[]): Service {
  const requests = new QuotaRequests(clock);
  const access = ({ ServiceCode = '', QuotaCode = '' }: QuotaName, call: Call): readonly Access[] => [
    { resource: regionalArn('servicequotas', call, `${ServiceCode}/${QuotaCode}`), context: { 'servicequotas:service': ServiceCode } },
  ];
  const sourceOf = (code = '') => found(sources.find(({ serviceCode }) => serviceCode === code), 'NoSuchResourceException', `The service code ${code} does not exist.`);
  const quotaOf = ({ ServiceCode, QuotaCode = '' }: QuotaName) => {
    const source = sourceOf(ServiceCode);
    return { source, quota: found(source.quotas.find(({ code }) => code === QuotaCode), 'NoSuchResourceException', `The quota ${QuotaCode} of ${source.serviceCode} does not exist.`) };
  };
  return defineService(
    sdk,
    'servicequotas',
    {
      ListServices: {
        access: () => ANY,
        run: (input) => {
          const { items, NextToken } = paged(sources, input);
          return { Services: items.map(({ serviceCode, serviceName }) => ({ ServiceCode: serviceCode, ServiceName: serviceName })), NextToken };
        },
      },
      GetServiceQuota: {
        access,
        run: (input, call) => {
          const { source, quota } = quotaOf(input);
          return { Quota: describe(source, quota, call, source.valueOf(quota.code, call)) };
        },
      },
      GetAWSDefaultServiceQuota: {
        access: () => ANY,
        run: (input, call) => {
          const { source, quota } = quotaOf(input);
          return { Quota: describe(source, quota, call, quota.value) };
        },
      },
      ListServiceQuotas: {
        access: () => ANY,
        run: ({ ServiceCode, QuotaCode, ...paging }, call) => {
          const source = sourceOf(ServiceCode);
          const { items, NextToken } = paged(source.quotas.filter(({ code }) => QuotaCode === undefined || code === QuotaCode), paging);
          return { Quotas: items.map((quota) => describe(source, quota, call, source.valueOf(quota.code, call))), NextToken };
        },
      },
      ListAWSDefaultServiceQuotas: {
        access: () => ANY,
        run: ({ ServiceCode, ...paging }, call) => {
          const source = sourceOf(ServiceCode);
          const { items, NextToken } = paged(source.quotas, paging);
          return { Quotas: items.map((quota) => describe(source, quota, call, quota.value)), NextToken };
        },
      },
      RequestServiceQuotaIncrease: {
        access,
        run: (input, call) => {
          const { source, quota } = quotaOf(input);
          return { RequestedQuota: describeRequest(requests.create(call, source, quota, input.DesiredValue ?? 0)) };
        },
      },
      GetRequestedServiceQuotaChange: {
        access: () => ANY,
        run: ({ RequestId }, call) => ({ RequestedQuota: describeRequest(requests.find(call, RequestId)) }),
      },
      ListRequestedServiceQuotaChangeHistory: {
        access: () => ANY,
        run: ({ ServiceCode, Status, ...paging }, call) => {
          const matching = requests.listed(call).filter(({ source, status }) => (ServiceCode === undefined || source.serviceCode === ServiceCode) && (Status === undefined || status === Status));
          const { items, NextToken } = paged(matching, paging);
          return { RequestedQuotas: items.map(describeRequest), NextToken };
        },
      },
      ListRequestedServiceQuotaChangeHistoryByQuota: {
        access,
        run: ({ ServiceCode, QuotaCode, Status, ...paging }, call) => {
          const { quota } = quotaOf({ ServiceCode, QuotaCode });
          const { items, NextToken } = paged(requests.listed(call).filter((request) => request.quota === quota && (Status === undefined || request.status === Status)), paging);
          return { RequestedQuotas: items.map(describeRequest), NextToken };
        },
      },
    },
  );
}

function describe({ serviceCode, serviceName }: QuotaSource, { code, name, adjustable }: QuotaDefinition, place: Place, Value: number): sdk.ServiceQuota {
  return {
    ServiceCode: serviceCode,
    ServiceName: serviceName,
    QuotaArn: regionalArn('servicequotas', place, `${serviceCode}/${code}`),
    QuotaCode: code,
    QuotaName: name,
    Value,
    Unit: 'None',
    Adjustable: adjustable,
    GlobalQuota: false,
    QuotaAppliedAtLevel: 'ACCOUNT',
  };
}

function paged<Item>(items: readonly Item[], { MaxResults = MOST_LISTED, NextToken }: Paging) {
  const page = pageOf(items, MaxResults, NextToken);
  if (!page) throw new AwsError('InvalidPaginationTokenException', 'Invalid NextToken.');
  return { items: page.items, NextToken: page.nextToken };
}

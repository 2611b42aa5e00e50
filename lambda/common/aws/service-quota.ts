import { GetServiceQuotaCommand, NoSuchResourceException, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { clientFor, type Target } from './client-factory';

/** Quotas as they apply to the account in the region today. */
export class ServiceQuotaReader {
  constructor(private readonly client: ServiceQuotasClient) {}

  static in(target: Target): ServiceQuotaReader {
    return new ServiceQuotaReader(clientFor(ServiceQuotasClient, target));
  }

  /** The applied value; nothing when Service Quotas does not know the code here. */
  async valueOf(serviceCode: string, quotaCode: string): Promise<number | undefined> {
    try {
      const { Quota } = await this.client.send(new GetServiceQuotaCommand({ ServiceCode: serviceCode, QuotaCode: quotaCode }));
      return Quota?.Value;
    } catch (error) {
      if (error instanceof NoSuchResourceException) return undefined;
      throw error;
    }
  }
}

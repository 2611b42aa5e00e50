import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { clientFor, type Target } from './client-factory';

/** Subnets of one region. */
export class Subnets {
  constructor(private readonly client: EC2Client) {}

  static in(target: Target): Subnets {
    return new Subnets(clientFor(EC2Client, target));
  }

  /** How many addresses are free in all of them together. */
  async freeAddresses(subnetIds: readonly string[]): Promise<number> {
    const { Subnets: found = [] } = await this.client.send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }));
    return found.reduce((sum, { AvailableIpAddressCount = 0 }) => sum + AvailableIpAddressCount, 0);
  }
}

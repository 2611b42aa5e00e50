import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Place } from '../../local/cloud/gateway/service';
import { LocalCloud } from '../../local/cloud/local-cloud';

const MINUTE_MS = 60_000;

const LONGEST_WAIT_MINUTES = 300;

/** By place, a subnet in each of two zones. */
export type SubnetIds = ReadonlyMap<string, readonly string[]>;

/** A cloud with a network for databases in some places. */
export abstract class NetworkedCloud {
  protected constructor(
    readonly cloud: LocalCloud,
    readonly subnetIds: SubnetIds,
    /** How often `until` looks, in minutes of cloud time. */
    private readonly pollMinutes: number,
  ) {}

  async passMinutes(minutes: number): Promise<void> {
    await this.cloud.clock.pass(minutes * MINUTE_MS);
  }

  async until<T>(look: () => Promise<T>, isReached: (seen: T) => boolean): Promise<T> {
    for (let minutes = 0; minutes < LONGEST_WAIT_MINUTES; minutes += this.pollMinutes) {
      const seen = await look();
      if (isReached(seen)) return seen;
      await this.passMinutes(this.pollMinutes);
    }
    throw new Error(`not reached within ${LONGEST_WAIT_MINUTES} minutes of cloud time`);
  }

  /** Fails when the cloud has noticed a defect of its own. */
  async stop(): Promise<void> {
    const defects = this.cloud.defects.map(({ error, where }) => `${where}: ${error.stack ?? error.message}`);
    await this.cloud.stop();
    if (defects.length > 0) throw new Error(defects.join('\n'));
  }
}

/** Starts a cloud at noon of a Monday and makes a network in each of the places, where databases may be put by the group that `createSubnetGroup` makes. */
export async function startNetworked(
  places: readonly Place[],
  createSubnetGroup: (cloud: LocalCloud, place: Place, subnetIds: string[]) => Promise<unknown>,
): Promise<{ readonly cloud: LocalCloud; readonly subnetIds: SubnetIds }> {
  const cloud = await LocalCloud.start({ startAt: new Date('2026-03-02T12:00:00Z') });
  const subnetIds = new Map<string, readonly string[]>();
  for (const place of places) {
    const subnets = await createSubnets(cloud, place);
    await createSubnetGroup(cloud, place, subnets);
    subnetIds.set(`${place.account}/${place.region}`, subnets);
  }
  return { cloud, subnetIds };
}

async function createSubnets(cloud: LocalCloud, place: Place): Promise<string[]> {
  const ec2 = cloud.client(EC2Client, place);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnets = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: place.region + zone }));
    subnets.push(Subnet!.SubnetId!);
  }
  return subnets;
}

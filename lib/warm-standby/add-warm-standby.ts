import type { App } from 'aws-cdk-lib';
import { environmentOf, type Deployment } from '../config/deployment';
import { ObjectsStack } from './objects-stack';
import { RegionStack } from './region-stack';
import { TrafficStack } from './traffic-stack';
import { WitnessStack } from './witness-stack';

/**
 * Adds the stacks of every warm standby, in the order of their deployment: what replication leads to before what
 * replicates, the primary before its replica, the alarm before the health check that follows it.
 */
export function addWarmStandby(app: App, deployment: Deployment): void {
  for (const config of deployment.warmStandby) {
    const at = (region: string) => environmentOf(deployment, { account: config.account, region });
    const [primary, standby] = [at(config.primary.region), at(config.standby.region)];
    const id = `${deployment.name}-warm-standby-${config.name}`;
    const { notifications } = deployment;
    const witness = new WitnessStack(app, `${id}-witness`, { env: at(config.witnessRegion), config });
    const standbyObjects = new ObjectsStack(app, `${id}-standby-objects`, { env: standby, config, role: 'standby' });
    const primaryObjects = new ObjectsStack(app, `${id}-primary-objects`, { env: primary, config, role: 'primary' });
    const primaryRegion = new RegionStack(app, `${id}-primary`, { env: primary, config, role: 'primary', notifications });
    const standbyRegion = new RegionStack(app, `${id}-standby`, { env: standby, config, role: 'standby', notifications });
    const traffic = new TrafficStack(app, `${id}-traffic`, { env: primary, config });
    const order = [witness, standbyObjects, primaryObjects, primaryRegion, standbyRegion, traffic];
    for (const [index, stack] of order.entries()) {
      const before = order[index - 1];
      if (before) stack.addStackDependency(before);
    }
  }
}

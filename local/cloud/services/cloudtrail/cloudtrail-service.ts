import * as sdk from '@aws-sdk/client-cloudtrail';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import { TrailState } from './trail';
import { TrailDelivery } from './trail-delivery';
import { trailOperations } from './trail-operations';

/** AWS CloudTrail: the management calls that accounts make, in files of their buckets. */
export function createCloudTrailService(cloud: CloudContext): Service {
  const state = new TrailState();
  return defineService(sdk, 'cloudtrail', trailOperations({ cloud, state, delivery: new TrailDelivery(cloud, state) }));
}

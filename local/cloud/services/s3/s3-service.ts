import * as sdk from '@aws-sdk/client-s3';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { EventSink } from '../events/event-sink';
import type { IamState } from '../iam/iam-state';
import { BodyStore } from './body-store';
import { BucketState } from './bucket';
import { configurationOperations } from './bucket-configuration';
import { bucketOperations } from './bucket-operations';
import { Lifecycle, lifecycleOperations } from './lifecycle';
import { listOperations } from './list-operations';
import { multipartOperations, Uploads } from './multipart-operations';
import { Notifications } from './notifications';
import { objectAttributeOperations } from './object-attribute-operations';
import { ObjectEncryption } from './object-encryption';
import { objectOperations } from './object-operations';
import { ObjectStore } from './object-store';
import { Replication } from './replication';
import { replicationOperations } from './replication-operations';

export interface S3Ports {
  readonly context: CloudContext;
  readonly iam: IamState;
  readonly metrics: MetricSink;
  readonly events: EventSink;
}

export interface S3 {
  readonly service: Service;
  /** For scenarios in which regions cannot reach each other. */
  readonly replication: Pick<Replication, 'stop' | 'resume'>;
  close(): Promise<void>;
}

/** Simple Storage Service. `close` removes what it has on disk. */
export function createS3({ context, iam, metrics, events }: S3Ports): S3 {
  const { clock } = context;
  const state = new BucketState();
  const bodies = new BodyStore();
  const encryption = new ObjectEncryption(context, bodies);
  const replication = new Replication(state, encryption, context, metrics);
  const store = new ObjectStore(clock, encryption, [replication, new Notifications(context, events)]);
  const uploads = new Uploads();
  const service = defineService(sdk, 's3', {
    ...bucketOperations(state, clock),
    ...configurationOperations(state, iam),
    ...lifecycleOperations(state, new Lifecycle(store, uploads)),
    ...replicationOperations(state),
    ...objectOperations(state, store, context),
    ...objectAttributeOperations(state, clock),
    ...listOperations(state),
    ...multipartOperations(state, store, uploads, bodies),
  });
  return { service, replication, close: () => bodies.close() };
}

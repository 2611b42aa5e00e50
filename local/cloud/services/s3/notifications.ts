import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Event, NotificationConfigurationFilter } from '@aws-sdk/client-s3';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { EventSink } from '../events/event-sink';
import type { Bucket, ObjectVersion } from './bucket';
import type { ChangeListener, ObjectChange } from './object-store';

/** How S3 names a change in notifications and on EventBridge. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const NAMES: Readonly<Record<ObjectChange, { readonly event: string; readonly detailType: string; readonly reason: string; readonly deletionType?: string }>> = {
  Put: { event: 'ObjectCreated:Put', detailType: 'Object Created', reason: 'PutObject' },
  Copy: { event: 'ObjectCreated:Copy', detailType: 'Object Created', reason: 'CopyObject' },
  CompleteMultipartUpload: { event: 'ObjectCreated:CompleteMultipartUpload', detailType: 'Object Created', reason: 'CompleteMultipartUpload' },
  Delete: { event: 'ObjectRemoved:Delete', detailType: 'Object Deleted', reason: 'DeleteObject', deletionType: 'Permanently Deleted' },
  DeleteMarkerCreated: { event: 'ObjectRemoved:DeleteMarkerCreated', detailType: 'Object Deleted', reason: 'DeleteObject', deletionType: 'Delete Marker Created' },
  Expiration: { event: 'LifecycleExpiration:Delete', detailType: 'Object Deleted', reason: 'Lifecycle Expiration', deletionType: 'Permanently Deleted' },
  ExpirationMarkerCreated: { event: 'LifecycleExpiration:DeleteMarkerCreated', detailType: 'Object Deleted', reason: 'Lifecycle Expiration', deletionType: 'Delete Marker Created' },
};

interface Destination {
  readonly Id?: string | undefined;
  readonly Events: Event[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

/** Tells EventBridge, queues, topics and functions what happens in buckets that are set up to. */
export class Notifications implements ChangeListener {
  constructor(
    private readonly context: CloudContext,
    private readonly events: EventSink,
  ) {}

  changed(bucket: Bucket, version: ObjectVersion, change: ObjectChange): void {
    const { EventBridgeConfiguration, QueueConfigurations = [], TopicConfigurations = [], LambdaFunctionConfigurations = [] } = bucket.notifications;
    if (EventBridgeConfiguration) this.emit(bucket, version, change);
    const { event } = NAMES[change];
    const concerns = (destination: Destination) => isWanted(destination, event, version.key);
    for (const queue of QueueConfigurations.filter(concerns)) this.deliver(bucket, queue.QueueArn, (message) => this.toQueue(bucket, queue.QueueArn ?? '', message), queue, version, event);
    for (const topic of TopicConfigurations.filter(concerns)) this.deliver(bucket, topic.TopicArn, (message) => this.toTopic(bucket, topic.TopicArn ?? '', message), topic, version, event);
    for (const lambda of LambdaFunctionConfigurations.filter(concerns)) {
      this.deliver(bucket, lambda.LambdaFunctionArn, (message) => this.toFunction(bucket, lambda.LambdaFunctionArn ?? '', message), lambda, version, event);
    }
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
  private emit(bucket: Bucket, { key, size, etag, versionId }: ObjectVersion, change: ObjectChange): void {
    const { detailType, reason, deletionType } = NAMES[change];
    this.events.emit({
      place: bucket,
      source: 'aws.s3',
      detailType,
      resources: [bucket.arn],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: { key, size, etag: etag.replaceAll('"', ''), ...(bucket.versioning && { 'version-id': versionId }) },
        reason,
        ...(deletionType && { 'deletion-type': deletionType }),
      },
    });
  }

  private deliver(bucket: Bucket, arn: string | undefined, send: (message: string) => Promise<unknown>, destination: Destination, version: ObjectVersion, event: string): void {
    const message = JSON.stringify({ Records: [this.record(bucket, version, event, destination.Id ?? '')] });
    this.context.clock
      .whileWorking(() => send(message))
      .catch((error: Error) => {
        // What the destination refuses is lost, as on AWS.
        if (!(error instanceof AwsError)) this.context.reportDefect(error, `notification of ${arn ?? ''} about ${bucket.arn}`);
      });
  }

  /** The address of a queue follows from its ARN; S3 needs no permission to look it up. */
  private async toQueue(bucket: Bucket, arn: string, MessageBody: string): Promise<void> {
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    await this.asS3(bucket).send(new SendMessageCommand({ QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${resource}`, MessageBody }));
  }

  private async toTopic(bucket: Bucket, TopicArn: string, Message: string): Promise<void> {
    await this.asS3(bucket).send(new PublishCommand({ TopicArn, Message, Subject: 'Amazon S3 Notification' }));
  }

  private async toFunction(bucket: Bucket, FunctionName: string, message: string): Promise<void> {
    await this.asS3(bucket).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(message) }));
  }

  private asS3(bucket: Bucket) {
    return this.context.as(servicePrincipal('s3.amazonaws.com', bucket.account, bucket.arn), bucket);
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
  private record(bucket: Bucket, { key, size, etag, versionId }: ObjectVersion, eventName: string, configurationId: string): object {
    return {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: bucket.region,
      eventTime: this.context.clock.now().toISOString(),
      eventName,
      s3: {
        s3SchemaVersion: '1.0',
        configurationId,
        bucket: { name: bucket.name, arn: bucket.arn },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'), size, eTag: etag.replaceAll('"', ''), ...(bucket.versioning && { versionId }) },
      },
    };
  }
}

function isWanted({ Events = [], Filter }: Destination, event: string, key: string): boolean {
  const isNamed = Events.some((wanted) => {
    const name = wanted.replace(/^s3:/, '');
    return name.endsWith('*') ? event.startsWith(name.slice(0, -1)) : event === name;
  });
  const rules = Filter?.Key?.FilterRules ?? [];
  return isNamed && rules.every(({ Name, Value = '' }) => (Name?.toLowerCase() === 'prefix' ? key.startsWith(Value) : key.endsWith(Value)));
}

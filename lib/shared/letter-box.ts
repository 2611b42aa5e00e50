import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

export interface LetterBoxProps {
  readonly queueName: string;
  readonly key: IKey;
  readonly retention: Duration;
}

/** A dead-letter queue: what could not be delivered waits here for a person to look at it and redrive it. */
export class LetterBox extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { queueName, key, retention }: LetterBoxProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', { queueName, encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true, retentionPeriod: retention });
    acknowledge(this.queue, 'it is a dead-letter queue itself', 'AwsSolutions-SQS3');
  }
}

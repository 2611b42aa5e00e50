import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientFor, type Target } from './client-factory';

/** SNS cuts nothing off: a longer subject is an error. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LONGEST_SUBJECT = 100;

/** One SNS topic. */
export class Topic {
  constructor(
    private readonly client: SNSClient,
    private readonly arn: string,
  ) {}

  static in(target: Target, arn: string): Topic {
    return new Topic(clientFor(SNSClient, target), arn);
  }

  async publish(subject: string, message: string): Promise<void> {
    await this.client.send(new PublishCommand({ TopicArn: this.arn, Subject: subject.slice(0, LONGEST_SUBJECT), Message: message }));
  }
}

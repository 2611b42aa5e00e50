import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientFor, type Target } from './client-factory';

/** SNS refuses longer subjects, and those with other characters than printable ASCII: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LONGEST_SUBJECT = 99;
const NOT_PRINTABLE = /[^\x20-\x7e]+/g;

/** One SNS topic. */
export class Topic {
  constructor(
    private readonly client: SNSClient,
    private readonly arn: string,
  ) {}

  static in(target: Target, arn: string): Topic {
    return new Topic(clientFor(SNSClient, target), arn);
  }

  /** Sends a notification to everybody who subscribed. The subject is cut to what SNS takes, the message is not. */
  async publish(subject: string, message: string): Promise<void> {
    const Subject = subject.replace(NOT_PRINTABLE, '?').slice(0, LONGEST_SUBJECT);
    await this.client.send(new PublishCommand({ TopicArn: this.arn, Subject, Message: message }));
  }
}

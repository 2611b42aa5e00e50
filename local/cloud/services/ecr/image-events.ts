import type { ServiceEvent } from '../events/event-sink';
import type { Image, Repository } from './image';

/** What ECR tells EventBridge about an image. https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export function imageEvent(repository: Repository, { content }: Image, tag: string | undefined, action: 'PUSH' | 'REPLICATE' | 'DELETE', source?: Repository): ServiceEvent {
  const { account, region, name, arn } = repository;
  return {
    place: { account, region },
    source: 'aws.ecr',
    detailType: action === 'REPLICATE' ? 'ECR Replication Action' : 'ECR Image Action',
    resources: [arn],
    detail: {
      result: 'SUCCESS',
      'repository-name': name,
      'image-digest': content.digest,
      'action-type': action,
      ...(tag !== undefined && { 'image-tag': tag }),
      ...(source && { 'source-account': source.account, 'source-region': source.region }),
    },
  };
}

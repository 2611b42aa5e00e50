import type { Access, Call } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import type { Queue } from './queue';
import type { SqsState } from './sqs-state';

/** What IAM is asked about the queue behind a URL; a batch is asked for the action of its entries. */
export function queueAccess(state: SqsState, { region }: Call, url: string | undefined, action?: string, context: Access['context'] = {}): readonly Access[] {
  const arn = state.arnOfUrl(region, url);
  const queue = state.byArn(arn);
  return [queue ? accessTo(queue, action, context) : { resource: arn, ...(action !== undefined && { action }) }];
}

export function accessTo(queue: Queue, action?: string, context: Access['context'] = {}): Access {
  return {
    ...(action !== undefined && { action }),
    resource: queue.arn,
    context: { ...resourceTagContext(queue.tags), ...context },
    policy: { kind: 'ordinary', account: queue.account, document: queue.attributes.get('Policy') },
  };
}

import type { FunctionResponseType } from '@aws-sdk/client-lambda';
import type { Place } from '../../gateway/service';

/** A queue whose messages a function gets. */
export interface EventSourceMapping extends Place {
  readonly id: string;
  readonly queueArn: string;
  functionName: string;
  qualifier: string | undefined;
  batchSize: number;
  batchingWindowSeconds: number;
  maximumConcurrency: number | undefined;
  responseTypes: FunctionResponseType[];
  state: 'Creating' | 'Enabled' | 'Disabled' | 'Deleting';
  lastModified: Date;
  lastResult: string;
  tags: Record<string, string>;
}

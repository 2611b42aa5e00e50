import type * as sdk from '@aws-sdk/client-redshift-serverless';
import type { Operations } from '../../../gateway/service';

/** Some operations of Redshift Serverless. */
export type ServerlessOperations = Operations<typeof sdk>;

import type * as sdk from '@aws-sdk/client-rds';
import type { Operations } from '../../../gateway/service';

/** Some operations of RDS. */
export type RdsOperations = Operations<typeof sdk>;

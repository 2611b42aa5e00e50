import type * as sdk from '@aws-sdk/client-redshift-data';
import type { Operations } from '../../../gateway/service';

/** Some operations of the Redshift Data API. */
export type DataOperations = Operations<typeof sdk>;

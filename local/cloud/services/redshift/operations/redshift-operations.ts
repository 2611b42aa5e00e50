import type * as sdk from '@aws-sdk/client-redshift';
import type { Operations } from '../../../gateway/service';

export type RedshiftOperations = Operations<typeof sdk>;

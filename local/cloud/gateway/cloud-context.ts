import type { CertificateAuthority } from '../engines/pki/certificate-authority';
import type { CallLog } from './call-log';
import type { CloudClient } from './cloud-client';
import type { CloudClock } from './clock';
import type { CredentialStore } from './credentials';
import type { Principal } from './principal';
import type { RegionOutages } from './region-outages';
import type { Access, Place } from './service';

/** What every service of the local cloud may use. */
export interface CloudContext {
  readonly clock: CloudClock;
  readonly credentials: CredentialStore;
  readonly certificates: CertificateAuthority;
  /** Every call that was made, for the services that keep trails of them. */
  readonly calls: Pick<CallLog, 'all' | 'onCall'>;
  /** Which regions are there, and which of their control planes do their work. */
  readonly regions: RegionOutages;
  /**
   * A client that calls the cloud from inside, as this principal.
   *
   * `via` names the service that acts for the principal, such as `rds.amazonaws.com` using a KMS key for its caller.
   */
  as(principal: Principal, place: Place, via?: string): CloudClient;
  /**
   * Asks IAM whether the principal may do something that is no call of an API, such as `s3:ReplicateObject`; throws
   * `AwsError` with the code `AccessDenied` when not.
   */
  demand(principal: Principal, place: Place, access: Access & { readonly action: string }): void;
  /** Reports a defect of the cloud itself; a rehearsal that saw one fails. */
  reportDefect(error: Error, where: string): void;
}

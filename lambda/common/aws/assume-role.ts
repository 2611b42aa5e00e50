import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';

/** A role to act as. */
export interface AssumedRole {
  readonly arn: string;
  /** The shared word that the trust policy asks for, so that nobody can be tricked into using the role for somebody else. */
  readonly externalId: string;
  /** Shows in the other account's CloudTrail: the name of the function. */
  readonly sessionName: string;
}

/** Keys in the form that SDK clients take; they ask again before `expiration`. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Obtains credentials of the role. An answer without credentials is an error, never a fall-back to our own. */
export async function assumeRole(sts: Pick<STSClient, 'send'>, { arn, externalId, sessionName }: AssumedRole): Promise<TemporaryCredentials> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: arn, ExternalId: externalId, RoleSessionName: sessionName }));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new Error(`sts:AssumeRole of ${arn} returned no credentials`);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
}

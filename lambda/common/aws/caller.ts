import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** The account that the credentials in use belong to. */
export async function callerAccount(target: Target): Promise<string> {
  const { Account } = await clientFor(STSClient, target).send(new GetCallerIdentityCommand({}));
  return present(Account, 'Account');
}

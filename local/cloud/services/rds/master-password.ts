import type { Call } from '../../gateway/service';
import { checkMasterPassword } from './new-database';
import { rdsArn } from './rds-arn';
import type { RdsContext } from './rds-context';
import { invalidCombination } from './request-errors';
import type { DbCluster, DbInstance } from './state/database';

/** What a modification says about the master password. */
export interface PasswordChange {
  readonly MasterUserPassword?: string | undefined;
  readonly ManageMasterUserPassword?: boolean | undefined;
  readonly RotateMasterUserPassword?: boolean | undefined;
  readonly MasterUserSecretKmsKeyId?: string | undefined;
  readonly ApplyImmediately?: boolean | undefined;
}

/** Keeps the database's secret in step with the request, and returns the password that is now to be set, if any. */
export async function changedMasterPassword(rds: RdsContext, call: Call, kind: 'cluster' | 'db', database: DbCluster | DbInstance, change: PasswordChange): Promise<string | undefined> {
  const { secret, traits } = database;
  const { MasterUserPassword, ManageMasterUserPassword, RotateMasterUserPassword } = change;
  if (ManageMasterUserPassword && MasterUserPassword !== undefined) throw invalidCombination("You can't specify MasterUserPassword when you specify ManageMasterUserPassword.");
  if (RotateMasterUserPassword) {
    if (!secret) throw invalidCombination("You can't rotate the master user password because it isn't managed in AWS Secrets Manager.");
    if (!change.ApplyImmediately) throw invalidCombination('You must apply the change immediately when rotating the master user password.');
    return rds.secrets.rotate(call, secret, traits.masterUsername);
  }
  if (ManageMasterUserPassword && !secret) {
    const databaseArn = rdsArn(kind, database.place, database.identifier);
    const created = await rds.secrets.create(call, { kind, databaseArn, username: traits.masterUsername, kmsKeyId: change.MasterUserSecretKmsKeyId });
    database.secret = created.secret;
    return created.password;
  }
  if (secret && ManageMasterUserPassword === false) {
    if (MasterUserPassword === undefined) throw invalidCombination('You must specify MasterUserPassword when you set ManageMasterUserPassword to false.');
    checkMasterPassword(MasterUserPassword);
    database.secret = undefined;
    await rds.secrets.delete(database.place, secret);
  } else if (secret && MasterUserPassword !== undefined) {
    throw invalidCombination("You can't specify MasterUserPassword for a database whose master user password is managed in AWS Secrets Manager.");
  }
  return MasterUserPassword === undefined ? undefined : checkMasterPassword(MasterUserPassword);
}

import { AwsError } from '../../gateway/aws-error';
import { invalidCombination, invalidValue, required } from '../rds/request-errors';
import { hasManagedStorage } from './node-types';

export const DEFAULT_PORT = 5439;
export const LONGEST_CLUSTER_IDENTIFIER = 63;
export const LONGEST_IDENTIFIER = 255;
const LONGEST_AUTOMATED_RETENTION_DAYS = 35;
const LONGEST_MANUAL_RETENTION_DAYS = 3653;

/** The identifier of something new, as the SDK's type texts describe it; clusters take small letters only. */
export function newIdentifier(parameter: string, value: string | undefined, longest: number = LONGEST_IDENTIFIER): string {
  const text = required(parameter, value);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i.test(text) || text.length > longest) {
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; ` +
        `and must not end with a hyphen or contain two consecutive hyphens; and must have at most ${longest} characters: ${text}`,
    );
  }
  return text.toLowerCase();
}

/** A new cluster's identifier. */
export function newClusterIdentifier(value: string | undefined): string {
  const identifier = newIdentifier('ClusterIdentifier', value, LONGEST_CLUSTER_IDENTIFIER);
  if (identifier !== value) throw invalidValue(`The parameter ClusterIdentifier must have small letters only: ${value ?? ''}`);
  return identifier;
}

export function checkPort(port: number | undefined, nodeType: string, fallback = DEFAULT_PORT): number {
  if (port === undefined) return fallback;
  const allowed = hasManagedStorage(nodeType) ? (port >= 5431 && port <= 5455) || (port >= 8191 && port <= 8215) : port >= 1150 && port <= 65535;
  if (!allowed) throw invalidValue(`Invalid port ${port}. Valid values are ${hasManagedStorage(nodeType) ? '5431-5455 and 8191-8215' : '1150-65535'}.`);
  return port;
}

/** The admin user's name. Redshift takes more characters than PostgreSQL, which stands behind it here. */
export function checkMasterUsername(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name) || /^(pg_|rds)/.test(name)) throw invalidValue(`Invalid admin user name: ${name}`);
  if (name === 'public' || name === 'rdsadmin') throw invalidValue(`The admin user name ${name} is a reserved word.`);
  return name;
}

/** The admin password, if Redshift would take it. It is in no message. */
export function checkMasterPassword(password: string): string {
  if (password.length < 8 || password.length > 64) throw invalidValue('The parameter MasterUserPassword must be between 8 and 64 characters long.');
  if (!/[A-Z]/.test(password) || !/[a-z]/.test(password) || !/\d/.test(password)) {
    throw invalidValue('The parameter MasterUserPassword must contain at least one uppercase letter, one lowercase letter and one number.');
  }
  if (!/^[\x21-\x7e]+$/.test(password) || /['"\\/@]/.test(password)) {
    throw invalidValue(`The parameter MasterUserPassword must contain only printable ASCII characters except ', ", \\, / and @.`);
  }
  return password;
}

/** How the admin password of a new cluster is given: one of the two ways. */
export function checkPasswordSource({ ManageMasterPassword, MasterUserPassword, MasterPasswordSecretKmsKeyId }: {
  readonly ManageMasterPassword?: boolean | undefined;
  readonly MasterUserPassword?: string | undefined;
  readonly MasterPasswordSecretKmsKeyId?: string | undefined;
}): void {
  if (ManageMasterPassword && MasterUserPassword !== undefined) throw invalidCombination("You can't use MasterUserPassword if ManageMasterPassword is true.");
  if (!ManageMasterPassword && MasterPasswordSecretKmsKeyId !== undefined) throw invalidCombination('You can only use MasterPasswordSecretKmsKeyId if ManageMasterPassword is true.');
}

export function checkDatabaseName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw invalidValue(`Invalid database name: ${name}. It must contain 1 to 64 small letters and digits.`);
  return name;
}

/** For how long automated snapshots are kept; clusters with managed storage always have them. */
export function checkAutomatedRetention(days: number, nodeType: string): number {
  const shortest = hasManagedStorage(nodeType) ? 1 : 0;
  if (!Number.isInteger(days) || days < shortest || days > LONGEST_AUTOMATED_RETENTION_DAYS) {
    throw invalidValue(`Invalid AutomatedSnapshotRetentionPeriod ${days}. It must be between ${shortest} and ${LONGEST_AUTOMATED_RETENTION_DAYS} for the node type ${nodeType}.`);
  }
  return days;
}

/** For how long a manual snapshot is kept: -1 for ever, which is the default. */
export function checkManualRetention(days: number | undefined, fallback = -1): number {
  const wanted = days ?? fallback;
  if (wanted !== -1 && (!Number.isInteger(wanted) || wanted < 1 || wanted > LONGEST_MANUAL_RETENTION_DAYS)) throw invalidRetention();
  return wanted;
}

/** For how long copies of automated snapshots are kept in another region. */
export function checkCopyRetention(days: number): number {
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_AUTOMATED_RETENTION_DAYS) {
    throw new AwsError('InvalidRetentionPeriodFault', `The retention period ${days} is not valid. It must be between 1 and ${LONGEST_AUTOMATED_RETENTION_DAYS}.`);
  }
  return days;
}

/** The words are the SDK's. */
export function invalidRetention(): AwsError {
  const message = 'The retention period specified is either in the past or is not a valid value. The value must be either -1 or an integer between 1 and 3,653.';
  return new AwsError('InvalidRetentionPeriodFault', message, { status: 400 });
}

import { InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';
import { LONGEST_RETENTION_DAYS } from '../../../lambda/redshift-backup/contract';
import * as fields from '../../../lib/config/fields';

/** Checks what a person has typed, before anybody is asked who they are: names the field, the value and what is allowed. */
type Parser<T> = (text: string) => T;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export const snapshotIdentifier = text('snapshot', 'letters, digits and single hyphens, starting with a letter, not ending with a hyphen', (value) => /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{0,253}[a-zA-Z0-9]$/.test(value));

/** Of a cluster or a namespace. */
export const clusterIdentifier = text('cluster', '2 to 63 lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen', (value) => z.safeParse(fields.clusterIdentifier, value).success);

export const securityGroupId = text('security-group', 'a security group id such as sg-0a1b2c3d', (value) => z.safeParse(fields.securityGroupId, value).success);

/** Which of them there are and what can be restored to which, Redshift knows. */
export const nodeType = text('node-type', 'a node type such as ra3.xlplus', (value) => /^[a-z]+\d*\.\d*[a-z]+$/.test(value));

/** Of a cluster, up to 128; of Redshift Serverless its processing units. */
export const nodes = wholeNumber('nodes', 1, 1024);

export const days = wholeNumber('days', 1, LONGEST_RETENTION_DAYS);
export const retentionDays = wholeNumber('retention-days', 1, LONGEST_RETENTION_DAYS);

/** As the function that starts backups takes it. */
export const slot = text('slot', 'an ISO 8601 time in UTC such as 2026-06-01T02:00:00Z', (value) => z.safeParse(z.iso.datetime(), value).success);

function text(field: string, expected: string, isAllowed: (value: string) => boolean): Parser<string> {
  return (value) => {
    if (!isAllowed(value)) throw new InvalidArgumentError(`${field}: ${JSON.stringify(value)} is not allowed, expected ${expected}`);
    return value;
  };
}

function wholeNumber(field: string, lowest: number, highest: number): Parser<number> {
  const parse = text(field, `a whole number from ${lowest} to ${highest}`, (value) => /^\d+$/.test(value) && Number(value) >= lowest && Number(value) <= highest);
  return (value) => Number(parse(value));
}

import * as z from 'zod/mini';

/** The fields that several systems describe themselves with; each message says what is allowed. */

export const accountId = z.string().check(z.regex(/^\d{12}$/, 'an AWS account id of 12 digits'));

export const region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-west-1'));

/** A word of ours that becomes part of resource names. */
export const shortName = z.string().check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/, '3 to 24 lower-case letters, digits and single hyphens, starting with a letter'));

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html */
export const clusterIdentifier = z
  .string()
  .check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/, '2 to 63 lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen'));

export const cidr = z.string().check(
  z.regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'a CIDR block such as 10.20.0.0/16'),
  z.refine((text) => isCidr(text), 'a CIDR block whose address is the first of its range, /16 to /28'),
);

/** Addresses of somebody else, down to a single one. */
export const addressRange = z.string().check(z.regex(/^(\d{1,3}\.){3}\d{1,3}\/(\d|[12]\d|3[0-2])$/, 'a range of addresses such as 203.0.113.7/32'));

export const vpcId = z.string().check(z.regex(/^vpc-[0-9a-f]{8,17}$/, 'a VPC id such as vpc-0a1b2c3d'));
export const subnetId = z.string().check(z.regex(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id such as subnet-0a1b2c3d'));
export const securityGroupId = z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/, 'a security group id such as sg-0a1b2c3d'));
export const keyArn = z.string().check(z.regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$|^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/mrk-[0-9a-f]{32}$/, 'the ARN of a KMS key'));
export const secretArn = z.string().check(z.regex(/^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/, 'the ARN of a secret'));
export const emailAddress = z.string().check(z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address'));
export const httpsUrl = z.string().check(z.regex(/^https:\/\/[^\s/]+(\/\S*)?$/, 'an https URL'));

/** `rate(...)` or `cron(...)` as EventBridge takes them. */
export const schedule = z.string().check(
  z.regex(
    /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$|^cron\((\S+ ){5}\S+\)$/,
    'a schedule such as rate(6 hours) or cron(0 2 * * ? *)',
  ),
);

export function wholeNumber(minimum: number, maximum: number) {
  return z.int(`a whole number from ${minimum} to ${maximum}`).check(z.gte(minimum), z.lte(maximum));
}

/** One place: an account of the deployment by its name there, and a region. */
export const location = z.strictObject({ account: z.string(), region });
export type Location = z.output<typeof location>;

/** A network that exists already, by its ids. */
export const existingNetwork = z.strictObject({
  vpcId,
  subnetIds: z.array(subnetId).check(z.minLength(1)),
  availabilityZones: z.array(z.string()).check(z.minLength(1)),
});

/** Three zones get a subnet each, and AWS makes none smaller than /28: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const networkCidr = cidr.check(z.refine((block) => Number(block.split('/')[1]) <= 26, 'a CIDR block of /16 to /26, which has room for a subnet in each of three zones'));

/** A network that the deployment creates, or one that exists. */
export const network = z.union([z.strictObject({ cidr: networkCidr }), existingNetwork], 'either { cidr } to create a network or { vpcId, subnetIds, availabilityZones } to use one');
export type Network = z.output<typeof network>;

function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  const octets = address.split('.').map(Number);
  const prefix = Number(bits);
  if (prefix < 16 || prefix > 28 || octets.some((octet) => octet > 255)) return false;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return value % 2 ** (32 - prefix) === 0;
}

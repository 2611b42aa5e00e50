import { invalidValue, required } from './request-errors';

/** The longest names of clusters, instances and cluster snapshots; DB snapshots and parameter groups may have more. */
export const LONGEST_DATABASE_IDENTIFIER = 63;
export const LONGEST_SNAPSHOT_IDENTIFIER = 255;

/**
 * Returns the identifier for something new in the form in which RDS keeps it, in lower case; fails where RDS would.
 * The rules are in the API reference of each operation, such as
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
export function newIdentifier(parameter: string, value: string | undefined, longest = LONGEST_DATABASE_IDENTIFIER): string {
  const text = required(parameter, value);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i.test(text) || text.length > longest) {
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; ` +
        `and must not end with a hyphen or contain two consecutive hyphens; and must have at most ${longest} characters: ${text}`,
    );
  }
  return text.toLowerCase();
}

import * as z from 'zod/mini';
import { InvalidInput } from '../../lambda/common/errors';
import { parseInput } from '../../lambda/common/parse-input';
import { auroraRestore, auroraRestoreProblems } from './aurora-restore';
import { accountId, emailAddress, httpsUrl, shortName, type Location } from './fields';
import { redshiftBackup, redshiftBackupProblems } from './redshift-backup';
import { snowflakeReplicator, snowflakeReplicatorProblems } from './snowflake-replicator';
import { warmStandby, warmStandbyProblems } from './warm-standby';

/** Who is told when something needs a person. */
const notifications = z.strictObject({
  email: z.array(emailAddress).check(z.minLength(1)),
  /** Receives every notification as JSON by POST. */
  webhookUrl: z.optional(httpsUrl),
});

const deploymentSchema = z.strictObject({
  /** Names the environment; part of every stack's name. */
  name: shortName,
  /** Accounts by the names that the rest of the description uses. */
  accounts: z.record(shortName, accountId),
  notifications,
  redshiftBackup: z._default(z.array(redshiftBackup), []),
  auroraRestore: z._default(z.array(auroraRestore), []),
  snowflakeReplicator: z._default(z.array(snowflakeReplicator), []),
  warmStandby: z._default(z.array(warmStandby), []),
});

/** One deployment of the app: which systems run, in which accounts and regions, and what they promise. */
export type Deployment = z.output<typeof deploymentSchema>;

/** What a person writes: fields with a default may be left out. */
export type DeploymentDescription = z.input<typeof deploymentSchema>;

/** Checks a description. Raises `InvalidInput` naming each field's path, its value and what is allowed. */
export function parseDeployment(description: unknown): Deployment {
  const what = `deployment ${JSON.stringify((description as { name?: unknown } | null)?.name ?? '')}`;
  const deployment = parseInput(deploymentSchema, description, what);
  const problems = [...unknownAccounts(deployment), ...repeatedNames(deployment), ...redshiftBackupProblems(deployment.redshiftBackup), ...auroraRestoreProblems(deployment.auroraRestore, deployment.accounts), ...snowflakeReplicatorProblems(deployment.snowflakeReplicator), ...warmStandbyProblems(deployment.warmStandby)];
  if (problems.length > 0) throw new InvalidInput(what, problems);
  return deployment;
}

/** The environment that CDK needs for a stack. */
export function environmentOf({ accounts }: Pick<Deployment, 'accounts'>, { account, region }: Location): { account: string; region: string } {
  const id = accounts[account];
  if (!id) throw new InvalidInput('location', [`account ${JSON.stringify(account)} is not one of ${Object.keys(accounts).join(', ')}`]);
  return { account: id, region };
}

function unknownAccounts({ accounts, redshiftBackup: backups, auroraRestore: restores, snowflakeReplicator: replicators, warmStandby: standbys }: Deployment): string[] {
  const used = [
    ...backups.flatMap(({ source, target }, index) => [
      [`redshiftBackup.${index}.source.account`, source.account] as const,
      [`redshiftBackup.${index}.target.account`, target.account] as const,
    ]),
    ...restores.flatMap(({ source, target }, index) => [
      [`auroraRestore.${index}.source.account`, source.account] as const,
      [`auroraRestore.${index}.target.account`, target.account] as const,
    ]),
    ...replicators.map(({ account }, index) => [`snowflakeReplicator.${index}.account`, account] as const),
    ...standbys.map(({ account }, index) => [`warmStandby.${index}.account`, account] as const),
  ];
  const names = Object.keys(accounts);
  return used
    .filter(([, name]) => !names.includes(name))
    .map(([path, name]) => `${path}: ${JSON.stringify(name)} is not allowed, expected one of ${names.join(', ')}`);
}

function repeatedNames({ auroraRestore: restores, snowflakeReplicator: replicators, warmStandby: standbys }: Deployment): string[] {
  return Object.entries({ auroraRestore: restores, snowflakeReplicator: replicators, warmStandby: standbys }).flatMap(([system, pipelines]) => {
    const names = pipelines.map(({ name }) => name);
    return names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [`${system}.${index}.name: ${JSON.stringify(name)} is taken by ${system}.${names.indexOf(name)}`]));
  });
}

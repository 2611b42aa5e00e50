import { AwsError } from '../../../gateway/aws-error';
import { nameOf } from '../../../gateway/principal';
import type { Access, Call } from '../../../gateway/service';
import { checkRange, invalidValue, required } from '../../rds/request-errors';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import { redshiftArn } from '../redshift-arn';
import type { RedshiftContext } from '../redshift-context';
import { refuseUnsupported } from '../request';
import { TemporaryLogins } from '../storage/temporary-login';
import type { RedshiftOperations } from './redshift-operations';

const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 3600;
const USER = /^[a-z][a-z0-9_+.@-]{0,63}$/i;

/** GetClusterCredentials, GetClusterCredentialsWithIAM: logins that work for a while. */
export function credentialOperations(redshift: RedshiftContext): RedshiftOperations {
  const { clock } = redshift.cloud;
  const logins = new TemporaryLogins(clock);
  return {
    GetClusterCredentials: {
      access: ({ ClusterIdentifier = '*', DbUser = '', DbName, DurationSeconds = SHORTEST_SECONDS, AutoCreate, DbGroups = [] }, call): readonly Access[] => {
        const user = redshiftArn('dbuser', call, `${ClusterIdentifier}/${DbUser}`);
        const context = { 'redshift:DbUser': DbUser, 'redshift:DurationSeconds': DurationSeconds, ...(DbName !== undefined && { 'redshift:DbName': DbName }) };
        return [
          { resource: user, context },
          { resource: redshiftArn('dbname', call, `${ClusterIdentifier}/${DbName ?? '*'}`), context },
          ...(AutoCreate ? [{ action: 'redshift:CreateClusterUser', resource: user, context: { 'redshift:DbUser': DbUser } }] : []),
          ...DbGroups.map((group) => ({ action: 'redshift:JoinGroup', resource: redshiftArn('dbgroup', call, `${ClusterIdentifier}/${group}`) })),
        ];
      },
      run: async (input, call) => {
        refuseUnsupported(input, 'CustomDomainName', 'DbGroups');
        const user = required('DbUser', input.DbUser);
        if (!USER.test(user)) throw invalidValue(`Invalid database user: ${user}`);
        const durationSeconds = duration(input.DurationSeconds);
        const createsUser = input.AutoCreate ?? false;
        const login = `${createsUser ? 'IAMA' : 'IAM'}:${user}`;
        const DbPassword = await logins.issue({ server: serverOf(redshift, call, input.ClusterIdentifier), login, user, createsUser, durationMs: durationSeconds * 1000 });
        return { DbUser: login, DbPassword, Expiration: new Date(clock.nowMs() + durationSeconds * 1000) };
      },
    },
    GetClusterCredentialsWithIAM: {
      access: ({ ClusterIdentifier = '*', DbName = '*', DurationSeconds = SHORTEST_SECONDS }, call) => [
        { resource: redshiftArn('dbname', call, `${ClusterIdentifier}/${DbName}`), context: { 'redshift:DurationSeconds': DurationSeconds } },
      ],
      run: async (input, call) => {
        refuseUnsupported(input, 'CustomDomainName');
        const durationSeconds = duration(input.DurationSeconds);
        const login = identityUser(call);
        const DbPassword = await logins.issue({ server: serverOf(redshift, call, input.ClusterIdentifier), login, user: login, createsUser: true, durationMs: durationSeconds * 1000 });
        const Expiration = new Date(clock.nowMs() + durationSeconds * 1000);
        return { DbUser: login, DbPassword, Expiration, NextRefreshTime: Expiration };
      },
    },
  };
}

/** "The database user is mapped 1:1 to the source IAM identity": the SDK's type text. */
function identityUser({ principal }: Call): string {
  const name = nameOf(principal);
  return principal.kind === 'role-session' ? `IAMR:${principal.roleArn.split('/').pop() ?? name}` : `IAM:${name.split(/[:/]/).pop() ?? name}`;
}

function duration(seconds: number | undefined): number {
  checkRange('DurationSeconds', seconds, SHORTEST_SECONDS, LONGEST_SECONDS);
  return seconds ?? SHORTEST_SECONDS;
}

/** A cluster that answers nobody has no logins to give. */
function serverOf({ estate }: RedshiftContext, call: Call, identifier: string | undefined): PostgresServer {
  const { server } = estate.cluster(call, required('ClusterIdentifier', identifier));
  if (!server?.isRunning) throw new AwsError('UnsupportedOperationFault', `The cluster ${identifier ?? ''} is not available for queries.`);
  return server;
}

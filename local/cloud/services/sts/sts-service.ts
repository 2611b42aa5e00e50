import * as sdk from '@aws-sdk/client-sts';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CredentialStore } from '../../gateway/credentials';
import { nameOf, type Principal, type RoleSession } from '../../gateway/principal';
import { defineService, type Service } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import type { IamState, Role } from '../iam/iam-state';

/** No session of a role lasts longer. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const LONGEST_SESSION_SECONDS = 43_200;

/** Security Token Service: who am I, and let me be that role. */
export function createStsService(iam: IamState, credentials: CredentialStore): Service {
  return defineService(sdk, 'sts', {
    GetCallerIdentity: {
      // AWS allows it to everybody, whatever policies say.
      // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
      access: () => [],
      run: (_, { principal }) => ({ UserId: userIdOf(principal), Account: principal.account, Arn: nameOf(principal) }),
    },
    AssumeRole: {
      access: ({ RoleArn, ExternalId, RoleSessionName }) => {
        const role = iam.roleByArn(RoleArn ?? '');
        const account = parseArn(RoleArn ?? '')?.account ?? '';
        return [
          {
            resource: RoleArn ?? '',
            policy: { kind: 'trust', account, document: role?.trustPolicy },
            context: { 'sts:RoleSessionName': RoleSessionName ?? '', ...(ExternalId !== undefined && { 'sts:ExternalId': ExternalId }) },
          },
        ];
      },
      run: ({ RoleArn, RoleSessionName, DurationSeconds = 3600, Policy, Tags }, { principal }) => {
        const role = iam.roleByArn(RoleArn ?? '');
        if (!role) throw new AwsError('AccessDenied', `User: ${nameOf(principal)} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn ?? ''}`, { status: 403 });
        if (DurationSeconds < 900 || DurationSeconds > longestSession(role, principal)) {
          throw new AwsError('ValidationError', `The requested DurationSeconds exceeds the MaxSessionDuration set for this role: ${DurationSeconds}`, { status: 400 });
        }
        const session = sessionOf(role, RoleSessionName ?? '', Policy ? [Policy] : [], tagMap(Tags));
        const issued = credentials.issueTemporary(session, DurationSeconds);
        return {
          Credentials: {
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            SessionToken: issued.sessionToken,
            Expiration: issued.expiration,
          },
          AssumedRoleUser: { AssumedRoleId: `${role.id}:${session.sessionName}`, Arn: session.arn },
        };
      },
    },
  });
}

/** The principal that somebody becomes by assuming the role. */
export function sessionOf(role: Role, sessionName: string, sessionPolicies: readonly string[] = [], tags: Readonly<Record<string, string>> = {}): RoleSession {
  return {
    kind: 'role-session',
    account: role.account,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    roleArn: role.arn,
    roleId: role.id,
    sessionName,
    sessionPolicies,
    tags,
  };
}

function userIdOf(principal: Principal): string {
  return principal.kind === 'role-session' ? `${principal.roleId}:${principal.sessionName}` : principal.account;
}

/** A role's own limit is for who asks for its credentials, not for a service that hands them to what it runs. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
function longestSession(role: Role, caller: Principal): number {
  return caller.kind === 'service' ? LONGEST_SESSION_SECONDS : role.maxSessionSeconds;
}

import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { CloudClient } from './cloud-client';
import type { CloudContext } from './cloud-context';
import { servicePrincipal, type Principal } from './principal';
import type { Place } from './service';

/** A role that a service takes on for one of its resources. */
export interface RoleUse {
  readonly roleArn: string;
  /** The resource it acts for, which trust policies see as `aws:SourceArn`. */
  readonly sourceArn: string;
  /** Names the session, and with it the caller in logs and fault rules. */
  readonly sessionName: string;
  readonly place: Place;
  /** The service to name as the one that makes the role's calls, where the called one tells it from others. */
  readonly via?: string;
}

interface Session {
  readonly principal: Principal;
  readonly endsAtMs: number;
}

const SESSION_SECONDS = 3600;
const SPARE_MS = 5 * 60_000;

/** Lets a service act as the roles it was given: the roles' trust policies decide, and sessions end. */
export class ServiceRoles {
  private readonly sessions = new Map<string, Session>();

  constructor(
    private readonly context: CloudContext,
    /** Such as `states.amazonaws.com`. */
    private readonly service: string,
  ) {}

  /** A client with the role's permissions; rejects with the refusal of `sts:AssumeRole`. */
  async clientOf(use: RoleUse): Promise<CloudClient> {
    const assume = this.context.as(servicePrincipal(this.service, use.place.account, use.sourceArn), use.place);
    return this.context.as(await this.session(use, assume, use.sourceArn), use.place, use.via);
  }

  /** A client of another role, which the first one assumes in its turn. */
  async chainedClientOf(use: RoleUse, furtherRoleArn: string): Promise<CloudClient> {
    const first = await this.clientOf(use);
    const further = await this.session({ ...use, roleArn: furtherRoleArn }, first, use.roleArn);
    return this.context.as(further, { account: further.account, region: use.place.region });
  }

  private async session({ roleArn, sessionName }: RoleUse, assume: CloudClient, assumedFrom: string): Promise<Principal> {
    const key = `${assumedFrom} ${roleArn} ${sessionName}`;
    const nowMs = this.context.clock.nowMs();
    const known = this.sessions.get(key);
    if (known && known.endsAtMs - SPARE_MS > nowMs) return known.principal;
    const RoleSessionName = sessionName.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
    const { Credentials } = await assume.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName, DurationSeconds: SESSION_SECONDS }));
    const { principal } = this.context.credentials.resolve(Credentials?.AccessKeyId ?? '', Credentials?.SessionToken);
    this.sessions.set(key, { principal, endsAtMs: nowMs + SESSION_SECONDS * 1000 });
    return principal;
  }
}

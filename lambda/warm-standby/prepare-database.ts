import { RemoteFunction } from '../common/aws/remote-function';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { identifier, literal } from '../common/postgres/quote';
import { scramVerifier } from '../common/postgres/scram';
import { AuthorityRegister, registersOf } from './authority-register';
import { applicationStatements, authorityStatements, BEGIN_EPOCH, FIRST_HEARTBEAT, READ_AUTHORITY } from './authority-sql';
import { ENV, FailoverRefused } from './contract';
import { OwnDatabase } from './database-session';
import { leaseFrom } from './lease-from';

export interface PrepareDatabaseOutput {
  readonly epoch: number;
  readonly activeRegion: string;
  readonly alreadyPrepared: boolean;
}

export interface PrepareDatabasePorts {
  readonly region: string;
  readonly database: Pick<OwnDatabase, 'use'>;
  readonly applicationSecret: Pick<Secret, 'read'>;
  readonly register: Pick<AuthorityRegister, 'begin' | 'highest'>;
  /** Has the other region's objects copied to this one; only the primary region needs to ask for it. */
  readonly pairPeerObjects: Pick<RemoteFunction, 'call'> | undefined;
  readonly now: () => Date;
}

const EVERYWHERE = ['own', 'witness', 'peer'] as const;

/**
 * Makes the primary's database ready: tables of authority and heartbeat, the application's role, and epoch 1 in all registers.
 * Has the objects of the standby region copied back as well.
 *
 * Runs once after the first deployment; running it again repairs grants and takes over the application's current password.
 */
export async function prepareDatabase(_input: unknown, { region, database, applicationSecret, register, pairPeerObjects, now }: PrepareDatabasePorts): Promise<PrepareDatabaseOutput> {
  const { authority } = await register.highest(EVERYWHERE);
  if (authority && authority.activeRegion !== region) throw new FailoverRefused(`${authority.activeRegion} is the active region since epoch ${authority.epoch}; its database is the one to prepare`);
  const { username, password } = await applicationSecret.read();
  const role = String(username);
  const prepared = await database.use(async (session) => {
    await session.query(roleStatement(role, scramVerifier(String(password))));
    for (const statement of [...authorityStatements(role), ...applicationStatements(role)]) await session.query(statement);
    const { rows: [held] } = await session.query(READ_AUTHORITY);
    if (held) return true;
    await session.query(BEGIN_EPOCH, [1, region, leaseFrom(now())]);
    await session.query(FIRST_HEARTBEAT, [1, now()]);
    return false;
  });
  if (!authority) await register.begin({ epoch: 1, activeRegion: region }, EVERYWHERE, 'prepare-database', now().toISOString());
  await pairPeerObjects?.call({});
  return { epoch: authority?.epoch ?? 1, activeRegion: region, alreadyPrepared: prepared };
}

/** Only the verifier of the password is in the statement. */
function roleStatement(role: string, verifier: string): string {
  const settings = `LOGIN PASSWORD ${literal(verifier)}`;
  return `DO $do$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) THEN ALTER ROLE ${identifier(role)} ${settings};
    ELSE CREATE ROLE ${identifier(role)} ${settings}; END IF;
  END $do$`;
}

export const handler = defineHandler('warm-standby/prepare-database', prepareDatabase, (env) => {
  const pairFunction = env.optional(ENV.PEER_PAIR_FUNCTION);
  return {
    region: env.region,
    database: OwnDatabase.from(env),
    applicationSecret: Secret.in({ region: env.region }, env.required(ENV.APP_SECRET)),
    register: new AuthorityRegister(registersOf(env)),
    pairPeerObjects: pairFunction === undefined ? undefined : RemoteFunction.in({ region: env.required(ENV.PEER_REGION) }, pairFunction),
    now: () => new Date(),
  };
});

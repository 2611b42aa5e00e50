import type { EngineFacilities } from './postgres-server';
import { systemRoleStatements } from './rds-roles';
import { runCommand } from './run-command';
import { scramVerifier } from './scram-verifier';
import { ADMIN_USER } from './server-configuration';

/**
 * RDS databases sort like en_US.UTF-8, which few machines have; ICU's en-US comes with the programs and sorts alike for most
 * text.
 */
const LOCALE = ['--encoding=UTF8', '--no-locale', '--locale-provider=icu', '--icu-locale=en-US'];

/** Initialises a data directory with the roles of RDS and no master user; every new server starts from a copy of it. */
export async function initialiseCluster(
  dataDirectory: string,
  { binaries, identity, adminPassword }: Pick<EngineFacilities, 'binaries' | 'identity' | 'adminPassword'>,
  replicationPassword: string,
): Promise<void> {
  // `trust` goes into a pg_hba.conf that no server reads, and the first statement below sets the superuser's password.
  await runCommand(binaries.initdb, ['-D', dataDirectory, '-U', ADMIN_USER, '-A', 'trust', ...LOCALE, '--no-sync', '--no-instructions'], { identity });
  const verifiers = { admin: await scramVerifier(adminPassword), replication: await scramVerifier(replicationPassword) };
  await runCommand(binaries.postgres, ['--single', '-D', dataDirectory, '-c', 'exit_on_error=on', '-c', 'fsync=off', 'postgres'], {
    identity,
    input: `${systemRoleStatements(verifiers).join('\n')}\n`,
  });
}

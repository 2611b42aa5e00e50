import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { loadDeployment } from '../lib/config/load-deployment';
import { readCloudAssembly } from './cloud/deploy/cloud-assembly';
import { LocalCloud } from './cloud/local-cloud';
import { DatabaseDoor } from './cloud/network/database-door';
import { CATALOGUE } from './rehearsal/catalogue';
import { Stage } from './rehearsal/stage';
import { synthesize } from './rehearsal/synthesize';

/** An hour of waiting passes in a minute; work takes as long as it takes. */
const PACE = { busy: 1, idle: 60 };
const POSTGRES_PORT = 5432;

/** Keeps a cloud up with everything deployed, for the AWS CLI, psql and any SDK, until it is interrupted. */
async function main(): Promise<void> {
  const program = new Command('npm run cloud --').description('Keeps a local cloud up with everything deployed.').option('--environment <name>', 'which lib/config/environments/<name>.ts to deploy', 'example');
  const { environment } = program.parse().opts<{ environment: string }>();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print('Synthesizing the app ...');
  const assembly = readCloudAssembly(await synthesize(environment));
  const cloud = await LocalCloud.start({ pace: PACE });
  const stopped = new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  try {
    const deployment = loadDeployment(environment);
    const passing = cloud.clock.keepPassing();
    for (const rehearsal of CATALOGUE) {
      print(`Making what was there before ${rehearsal.system} ...`);
      await rehearsal.prepare(new Stage(cloud, deployment, undefined, () => undefined));
    }
    print(`Deploying ${assembly.stacks.length} stacks ...`);
    await cloud.deploy(assembly);
    const door = await DatabaseDoor.open((name) => cloud.services.compute.fabric.localPortNamed(name, POSTGRES_PORT));
    print(describe(cloud, deployment.accounts, door.port));
    await stopped;
    door.close();
    passing();
  } finally {
    await cloud.stop();
  }
}

function describe(cloud: LocalCloud, accounts: Readonly<Record<string, string>>, databasePort: number): string {
  const authority = path.join(cloud.services.compute.launcher.directory, 'certificate-authority.pem');
  writeFileSync(authority, cloud.certificates.certificatePem, { mode: 0o644 });
  const logins = Object.entries(accounts).map(([name, id]) => {
    const { accessKeyId, secretAccessKey } = cloud.credentials.administratorOf(id);
    return `  ${name} (${id}):\n    export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
  });
  return [
    '',
    `The cloud is up at ${cloud.endpoint}. While it waits, an hour passes in a minute. Ctrl-C ends it.`,
    '',
    'Accounts, as administrator:',
    ...logins,
    '',
    'Any database of the cloud, by the endpoint that RDS gives it:',
    `  psql "host=ENDPOINT hostaddr=127.0.0.1 port=${databasePort} sslmode=verify-full sslrootcert=${authority} dbname=DATABASE user=USER"`,
  ].join('\n');
}

void main();

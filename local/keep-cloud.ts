import { Command } from 'commander';
import { loadDeployment } from '../lib/config/load-deployment';
import type { Deployment } from '../lib/config/deployment';
import { readCloudAssembly } from './cloud/deploy/cloud-assembly';
import { LocalCloud } from './cloud/local-cloud';
import { DatabaseDoor } from './cloud/network/database-door';
import { announce } from './kept-cloud/announcement';
import type { Profile } from './kept-cloud/profiles';
import { writeShellFile } from './kept-cloud/shell-file';
import { CATALOGUE } from './rehearsal/catalogue';
import { checked } from './rehearsal/checked-argument';
import { Stage } from './rehearsal/stage';
import { synthesize } from './rehearsal/synthesize';

/** An hour of waiting passes in a minute; work takes as long as it takes. */
const PACE = { busy: 1, idle: 60 };
const POSTGRES_PORT = 5432;
/** For accounts that nothing is deployed to. */
const ANY_REGION = 'us-east-1';

/** Keeps a cloud up with everything deployed, for the AWS CLI, psql and any SDK, until it is interrupted. */
async function main(): Promise<void> {
  const program = new Command('npm run cloud --')
    .description('Keeps a local cloud up with everything deployed.')
    .option('--environment <name>', 'which lib/config/environments/<name>.ts to deploy', checked(loadDeployment), 'example')
    .allowExcessArguments(false);
  const { environment } = program.parse().opts<{ environment: string }>();
  const interrupted = new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  const cloud = await LocalCloud.start({ pace: PACE });
  try {
    await Promise.race([interrupted, deployAll(cloud, environment).then(() => interrupted)]);
  } finally {
    await cloud.stop();
  }
  // Whatever was being made when somebody interrupted it is of no use any more.
  process.exit();
}

async function deployAll(cloud: LocalCloud, environment: string): Promise<void> {
  const deployment = loadDeployment(environment);
  tell('Synthesizing the app ...');
  const assembly = readCloudAssembly(await synthesize(environment));
  cloud.clock.keepPassing();
  const furnishings: (() => Promise<Readonly<Record<string, string>>>)[] = [];
  for (const rehearsal of CATALOGUE) {
    tell(`Making what was there before ${rehearsal.system} ...`);
    furnishings.push(await rehearsal.prepare(new Stage(cloud, deployment, undefined, () => undefined)));
  }
  // A system without a rehearsal has nothing here of what it expects to find.
  const stacks = assembly.stacks.filter(({ tags }) => CATALOGUE.some(({ system }) => system === tags['holdfast:system']));
  tell(`Deploying ${stacks.length} stacks ...`);
  await cloud.deploy({ ...assembly, stacks });
  const variables: Record<string, string> = {};
  for (const furnish of furnishings) Object.assign(variables, await furnish());
  const regionOf = (account: string) => assembly.stacks.findLast((stack) => stack.account === account)?.region ?? ANY_REGION;
  await open(cloud, deployment, regionOf, variables);
}

/** Lets people in: a door to the databases, profiles for the accounts, and a word about both. */
async function open(cloud: LocalCloud, { accounts }: Deployment, regionOf: (account: string) => string, variables: Readonly<Record<string, string>>): Promise<void> {
  const door = await DatabaseDoor.open((name) => cloud.services.compute.fabric.localPortNamed(name, POSTGRES_PORT));
  const profileOf = (account: string): Profile => ({ credentials: cloud.credentials.administratorOf(account), region: regionOf(account) });
  const profiles = Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, profileOf(account)]));
  const shellFile = writeShellFile({
    // It goes with the cloud, however that ends.
    directory: cloud.services.compute.launcher.directory,
    endpoint: cloud.endpoint,
    profiles,
    databasePort: door.port,
    authorityPem: cloud.certificates.certificatePem,
    variables,
  });
  tell(announce({ endpoint: cloud.endpoint, accounts, profiles, shellFile }));
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();

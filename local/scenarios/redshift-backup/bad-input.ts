import type { Scenario } from '../../rehearsal/scenario';
import type { RedshiftBackupWorld } from './world';

/** Requests that make no sense, and what each is told. */
const REFUSED: readonly (readonly [what: string, event: Readonly<Record<string, unknown>>, says: RegExp])[] = [
  ['an unknown cluster', { cluster_identifier: 'another-cluster' }, /cluster_identifier: "another-cluster" is not allowed, expected "aca-redshift-cluster"/],
  ['an identifier that Redshift would refuse', { cluster_identifier: 'Bad--Name-' }, /cluster_identifier: "Bad--Name-" is not allowed, expected 1 to 63 lower-case letters/],
  ['a malformed account id', { target_account_id: '12345' }, /target_account_id: "12345" is not allowed, expected an AWS account id of 12 digits/],
  ['a third account', { target_account_id: '333333333333' }, /target_account_id: "333333333333" is not allowed, expected "222222222222"/],
  ['the source account as its own target', { target_account_id: '111111111111' }, /is the source account itself, expected "222222222222"/],
  ['a retention out of range', { retention_days: 4000 }, /retention_days: 4000 is not allowed, expected/],
  ['a retention that is no number', { retention_days: '7' }, /retention_days: "7" is not allowed, expected a whole number from 1 to 3653/],
  ['a field that does not exist', { clusterIdentifier: 'aca-redshift-cluster' }, /clusterIdentifier: unknown field/],
];

/** Each field of the event that is wrong is named, with its value and what is allowed, before anything is called. */
export const badInput: Scenario<RedshiftBackupWorld> = {
  name: 'bad-input',
  title: 'Requests with a wrong field are refused before any call, and told which field, its value and what is allowed',
  async run(stage) {
    const { config, source, target } = stage.world;
    for (const [what, event, says] of REFUSED) {
      const message = await refusal(() => stage.invoke(source, config.names.backupFunction, event));
      stage.check(says.test(message), `a backup with ${what} is refused`, message);
    }
    const proof = await refusal(() => stage.invoke(target, `redshift-backup-${config.name}-request-proof`, { snapshot_identifier: 'no--such' }));
    stage.check(/snapshot_identifier: "no--such" is not allowed, expected a snapshot identifier/.test(proof), 'a proof of an impossible snapshot is refused', proof);
  },
};

async function refusal(request: () => Promise<unknown>): Promise<string> {
  try {
    return `accepted: ${JSON.stringify(await request())}`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

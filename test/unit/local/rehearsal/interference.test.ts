import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { LocalCloud } from '../../../../local/cloud/local-cloud';
import { Interference } from '../../../../local/rehearsal/interference';
import { actAs, allow, type ActingRole } from '../../../support/role-session';

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';

describe('a scenario that interferes with a cloud', () => {
  let cloud: LocalCloud;
  /** May list secrets, but no topics. */
  let reader: ActingRole;
  let stranger: ActingRole;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    reader = await actAs(cloud, ACCOUNT, 'reader', [allow('secretsmanager:ListSecrets')]);
    cloud.services.authorizer.declareRoles();
    stranger = await actAs(cloud, ACCOUNT, 'stranger', []);
  });
  afterAll(() => cloud.stop());

  /** A function that takes a refusal for an answer. */
  const listSecrets = (role = reader) => role.client(SecretsManagerClient, REGION).send(new ListSecretsCommand({})).catch(() => undefined);
  const listTopics = () => reader.client(SNSClient, REGION).send(new ListTopicsCommand({})).catch(() => undefined);

  it('is surprised by a refusal that nobody made, even where the caller swallows it, and names the permission', async () => {
    const scenario = new Interference(cloud);
    await listTopics();
    await listTopics();

    expect(scenario.surprises()).toEqual([expect.stringMatching(/^a permission is missing, sns:ListTopics: .*\/reader\/reader is not authorized/)]);
  });

  it('is not surprised by a permission that it took away, and gives it back', async () => {
    const scenario = new Interference(cloud);

    await expect(scenario.without('reader=secretsmanager:List*', () => listSecrets())).resolves.toBeUndefined();
    expect(await listSecrets()).toMatchObject({ SecretList: [] });
    expect(scenario.surprises()).toEqual([]);
  });

  it('is surprised by a permission that somebody else took away', async () => {
    const scenario = new Interference(cloud);
    const other = new Interference(cloud);

    await other.without('reader=secretsmanager:ListSecrets', () => scenario.without('reader=sns:ListTopics', () => listSecrets()));

    expect(scenario.surprises()).toHaveLength(1);
    expect(other.surprises()).toEqual([]);
  });

  it('does not explain what was never allowed by what it took away', async () => {
    const scenario = new Interference(cloud);
    await scenario.without('reader=sns:*', listTopics);

    expect(scenario.surprises()).toHaveLength(1);
  });

  it('says when a refusal that belongs to the story did not come', async () => {
    const scenario = new Interference(cloud);
    scenario.expectRefusals(/sns:ListTopics/);

    expect(scenario.surprises()).toEqual(['nobody was refused sns:ListTopics']);

    await listTopics();
    expect(scenario.surprises()).toEqual([]);
  });

  it('does not mind strangers that are refused', async () => {
    const scenario = new Interference(cloud);
    await listSecrets(stranger);

    expect(scenario.surprises()).toEqual([]);
  });

  it('tells which of its own faults met no call', async () => {
    const removeOther = new Interference(cloud).withFaults(['sns:Publish=throttle'], () => Promise.resolve());
    const { result, untouched } = await new Interference(cloud).withFaults(['secretsmanager:ListSecrets=error:InternalServiceError:400', 'sqs:SendMessage=throttle'], () => listSecrets());
    await removeOther;

    expect(result).toBeUndefined();
    expect(untouched).toEqual(['sqs:SendMessage=throttle']);
    expect(await listSecrets()).toBeDefined();
  });
});

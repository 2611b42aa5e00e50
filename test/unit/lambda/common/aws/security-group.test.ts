import { CreateSecurityGroupCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { SecurityGroup } from '../../../../../lambda/common/aws/security-group';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };
const POSTGRES = 5432;

let cloud: LocalCloud;
let database: SecurityGroup;
let tasks: string;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  const ec2 = cloud.client(EC2Client, place);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const [databaseId, tasksId] = await Promise.all(['database', 'tasks'].map(async (GroupName) => (await ec2.send(new CreateSecurityGroupCommand({ VpcId: Vpc!.VpcId, GroupName, Description: GroupName }))).GroupId!));
  database = new SecurityGroup(ec2, databaseId!);
  tasks = tasksId!;
});
afterAll(() => cloud.stop());

describe('SecurityGroup', () => {
  it('opens and closes the way in, and says whether that changed anything', async () => {
    await expect(database.allowFrom(tasks, POSTGRES, 'tasks')).resolves.toBe(true);
    await expect(database.allowFrom(tasks, POSTGRES, 'tasks')).resolves.toBe(false);
    await expect(database.revokeFrom(tasks, POSTGRES)).resolves.toBe(true);
    await expect(database.revokeFrom(tasks, POSTGRES)).resolves.toBe(false);
  });

  it('takes it for done when somebody else does the same at the same moment', async () => {
    const opened = await Promise.all([database.allowFrom(tasks, POSTGRES, 'tasks'), database.allowFrom(tasks, POSTGRES, 'tasks')]);
    const closed = await Promise.all([database.revokeFrom(tasks, POSTGRES), database.revokeFrom(tasks, POSTGRES)]);

    expect(opened.sort()).toEqual([false, true]);
    expect(closed.sort()).toEqual([false, true]);
  });
});

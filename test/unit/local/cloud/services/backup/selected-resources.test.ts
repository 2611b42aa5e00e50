import type { BackupSelection } from '@aws-sdk/client-backup';
import { selectedOf } from '../../../../../../local/cloud/services/backup/plans/selected-resources';

const SALES = { arn: 'arn:aws:redshift:eu-west-1:111111111111:cluster:sales', name: 'sales', tags: { backup: 'daily', team: 'sales' } };
const STOCK = { arn: 'arn:aws:redshift:eu-west-1:111111111111:cluster:stock', name: 'stock', tags: { backup: 'weekly' } };

function selected(selection: Partial<BackupSelection>, isOptedIn = true): string[] {
  return selectedOf([SALES, STOCK], { SelectionName: 'clusters', IamRoleArn: 'role', ...selection }, isOptedIn).map(({ name }) => name);
}

function tag(ConditionKey: string, ConditionValue: string) {
  return { ConditionType: 'STRINGEQUALS' as const, ConditionKey, ConditionValue };
}

describe('selectedOf', () => {
  it.each<[string, Partial<BackupSelection>, string[]]>([
    ['a resource by its ARN', { Resources: [SALES.arn] }, ['sales']],
    ['resources by a pattern', { Resources: ['arn:aws:redshift:*:*:cluster:s*'] }, ['sales', 'stock']],
    ['none that no pattern means', { Resources: ['arn:aws:redshift:*:*:cluster:x*'] }, []],
    ['those with one of the tags', { ListOfTags: [tag('team', 'sales'), tag('backup', 'weekly')] }, ['sales', 'stock']],
    ['none with another value', { ListOfTags: [tag('backup', 'monthly')] }, []],
    ['those with a tag and those that are named', { ListOfTags: [tag('backup', 'weekly')], Resources: [SALES.arn] }, ['sales', 'stock']],
    ['none that is excepted', { Resources: ['*'], NotResources: [SALES.arn] }, ['stock']],
    ['those that fulfil all conditions', { Resources: ['*'], Conditions: { StringLike: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: '*ly' }], StringNotLike: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: 'w*' }] } }, ['sales']],
    ['none that fails one', { Resources: ['*'], Conditions: { StringEquals: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: 'daily' }], StringNotEquals: [{ ConditionKey: 'aws:ResourceTag/team', ConditionValue: 'sales' }] } }, []],
    ['all that conditions alone mean', { Conditions: { StringEquals: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: 'daily' }] } }, ['sales']],
  ])('takes %s', (_case, selection, names) => {
    expect(selected(selection)).toEqual(names);
  });

  it('takes only what is named where the type is not opted in', () => {
    expect(selected({ Resources: [SALES.arn, 'arn:aws:redshift:*:*:cluster:st*'], ListOfTags: [tag('backup', 'weekly')] }, false)).toEqual(['sales']);
  });
});

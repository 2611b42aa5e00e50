import type { BackupSelection, ConditionParameter, Conditions } from '@aws-sdk/client-backup';
import type { Backable } from '../adapters/resource-adapter';

/**
 * The resources that a selection means: those named by ARN, those with one of the tags, and of these the ones that fulfil all
 * conditions. https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export function selectedOf(resources: readonly Backable[], { Resources = [], NotResources = [], ListOfTags = [], Conditions: conditions }: BackupSelection, isOptedIn: boolean): readonly Backable[] {
  return resources.filter(({ arn, tags }) => {
    if (NotResources.some((pattern) => matches(pattern, arn))) return false;
    // "When a plan names a resource by its ARN, it is backed up whatever the opt-in settings say."
    if (Resources.includes(arn)) return fulfils(tags, conditions);
    if (!isOptedIn) return false;
    const isTagged = ListOfTags.some(({ ConditionKey = '', ConditionValue }) => tags[ConditionKey] === ConditionValue);
    const isMeant = Resources.some((pattern) => matches(pattern, arn)) || isTagged || (Resources.length === 0 && ListOfTags.length === 0);
    return isMeant && fulfils(tags, conditions);
  });
}

function fulfils(tags: Readonly<Record<string, string>>, { StringEquals = [], StringNotEquals = [], StringLike = [], StringNotLike = [] }: Conditions = {}): boolean {
  const valueOf = ({ ConditionKey = '' }: ConditionParameter) => tags[ConditionKey.replace(/^aws:ResourceTag\//, '')];
  const equals = (condition: ConditionParameter) => valueOf(condition) === condition.ConditionValue;
  const isLike = (condition: ConditionParameter) => {
    const value = valueOf(condition);
    return value !== undefined && matches(condition.ConditionValue ?? '', value);
  };
  return StringEquals.every(equals) && !StringNotEquals.some(equals) && StringLike.every(isLike) && !StringNotLike.some(isLike);
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((piece) => piece.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

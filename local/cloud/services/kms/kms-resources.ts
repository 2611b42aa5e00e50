import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  ReplicateKeyCommand,
  type KeySpec,
  type KeyUsageType,
  type OriginType,
} from '@aws-sdk/client-kms';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';
import { parseArn } from '../../gateway/arn';

const POLL_MS = 5_000;

/** CloudFormation's KMS resources. */
export const kmsResources: ResourceProviders = {
  'AWS::KMS::Key': {
    async create(properties, { aws }) {
      const { KeyMetadata } = await aws.send(
        new CreateKeyCommand({
          Policy: properties.has('KeyPolicy') ? properties.json('KeyPolicy') : undefined,
          BypassPolicyLockoutSafetyCheck: properties.flag('BypassPolicyLockoutSafetyCheck'),
          Description: properties.optionalText('Description'),
          KeySpec: properties.optionalText('KeySpec') as KeySpec | undefined,
          KeyUsage: properties.optionalText('KeyUsage') as KeyUsageType | undefined,
          Origin: properties.optionalText('Origin') as OriginType | undefined,
          MultiRegion: properties.flag('MultiRegion'),
          Tags: tags(properties),
        }),
      );
      const KeyId = KeyMetadata?.KeyId ?? '';
      const RotationPeriodInDays = properties.number('RotationPeriodInDays');
      if (properties.flag('EnableKeyRotation')) await aws.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
      if (properties.flag('Enabled') === false) await aws.send(new DisableKeyCommand({ KeyId }));
      // It concerns the deletion of the stack.
      properties.ignore('PendingWindowInDays');
      return { ref: KeyId, attributes: { Arn: KeyMetadata?.Arn, KeyId } };
    },
  },
  'AWS::KMS::ReplicaKey': {
    async create(properties, context) {
      const PrimaryKeyArn = properties.text('PrimaryKeyArn');
      const { ReplicaKeyMetadata } = await context.aws.inRegion(parseArn(PrimaryKeyArn)?.region ?? '').send(
        new ReplicateKeyCommand({
          KeyId: PrimaryKeyArn,
          ReplicaRegion: context.region,
          Policy: properties.json('KeyPolicy'),
          Description: properties.optionalText('Description'),
          Tags: tags(properties),
        }),
      );
      const KeyId = ReplicaKeyMetadata?.KeyId ?? '';
      await untilCreated(KeyId, context);
      if (properties.flag('Enabled') === false) await context.aws.send(new DisableKeyCommand({ KeyId }));
      properties.ignore('PendingWindowInDays');
      return { ref: KeyId, attributes: { Arn: ReplicaKeyMetadata?.Arn, KeyId } };
    },
  },
  'AWS::KMS::Alias': {
    async create(properties, { aws }) {
      const AliasName = properties.text('AliasName');
      await aws.send(new CreateAliasCommand({ AliasName, TargetKeyId: properties.text('TargetKeyId') }));
      return { ref: AliasName };
    },
  },
};

async function untilCreated(KeyId: string, { aws, clock }: ResourceContext): Promise<void> {
  for (;;) {
    const { KeyMetadata } = await aws.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState !== 'Creating') return;
    await clock.pass(POLL_MS);
  }
}

function tags(properties: TemplateProperties): { TagKey: string; TagValue: string }[] {
  return properties.tags().map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
}

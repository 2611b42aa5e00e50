import * as sdk from '@aws-sdk/client-ssm';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import { defineService, type Access, type Call, type ContextValue, type Operations, type Service } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import { parameterArn, ParameterState, readSelector, selectVersion, type Parameter, type ParameterVersion } from './parameter';
import { ParameterEncryption } from './parameter-encryption';
import { putParameter } from './put-parameter';

const MOST_NAMES = 10;

/** Systems Manager, as far as it is Parameter Store. */
export function createSsmService(context: CloudContext): Service {
  const state = new ParameterState();
  const encryption = new ParameterEncryption(context);
  return defineService(sdk, 'ssm', { ...reading(state, encryption), ...writing(state, encryption, context), ...tagging(state) });
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
function accessTo(state: ParameterState, name: string | undefined, call: Call, context: Readonly<Record<string, ContextValue>> = {}): Access {
  const { name: plain } = readSelector(name ?? '');
  return { resource: parameterArn(plain, call), context: { ...resourceTagContext(state.find(plain, call)?.tags ?? {}), ...context } };
}

function reading(state: ParameterState, encryption: ParameterEncryption): Operations<typeof sdk> {
  const describe = async (parameter: Parameter, version: ParameterVersion, selector: string | undefined, decrypt: boolean | undefined, call: Call): Promise<sdk.Parameter> => ({
    Name: parameter.name,
    Type: version.type,
    Value: version.type === 'SecureString' && decrypt ? await encryption.decrypt(version, parameter, call) : version.value,
    Version: version.version,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: version.modifiedAt,
    ARN: parameter.arn,
    DataType: version.dataType,
  });
  return {
    GetParameter: {
      access: ({ Name }, call) => [accessTo(state, Name, call)],
      run: async ({ Name = '', WithDecryption }, call) => {
        const { name, selector } = readSelector(Name);
        const parameter = state.named(name, call);
        return { Parameter: await describe(parameter, selectVersion(parameter, selector), selector, WithDecryption, call) };
      },
    },
    GetParameters: {
      access: ({ Names = [] }, call) => Names.map((name) => accessTo(state, name, call)),
      run: async ({ Names = [], WithDecryption }, call) => {
        if (Names.length > MOST_NAMES) throw new AwsError('ValidationException', `Names has ${Names.length} entries, allowed: at most ${MOST_NAMES}`, { status: 400 });
        const Parameters: sdk.Parameter[] = [];
        const InvalidParameters: string[] = [];
        for (const each of Names) {
          const { name, selector } = readSelector(each);
          const parameter = state.find(name, call);
          if (parameter) Parameters.push(await describe(parameter, selectVersion(parameter, selector), selector, WithDecryption, call));
          else InvalidParameters.push(each);
        }
        return { Parameters, InvalidParameters };
      },
    },
    GetParametersByPath: {
      access: ({ Path, Recursive }, call) => [{ resource: parameterArn(Path ?? '', call), context: { 'ssm:Recursive': Recursive ?? false } }],
      run: async ({ Path = '', Recursive, WithDecryption, MaxResults = 10, NextToken }, call) => {
        const prefix = Path.endsWith('/') ? Path : `${Path}/`;
        const below = [...state.in(call).values()].filter(({ name }) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')));
        const page = pageOf(below, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
        const Parameters = await Promise.all(page.items.map((parameter) => describe(parameter, selectVersion(parameter, undefined), undefined, WithDecryption, call)));
        return { Parameters, NextToken: page.nextToken };
      },
    },
    GetParameterHistory: {
      access: ({ Name }, call) => [accessTo(state, Name, call)],
      run: async ({ Name, WithDecryption, MaxResults = 50, NextToken }, call) => {
        const parameter = state.named(Name, call);
        const page = pageOf(parameter.versions, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
        const Parameters = await Promise.all(
          page.items.map(async (version) => {
            const { Name: name, Type, Value, Version, LastModifiedDate, DataType } = await describe(parameter, version, undefined, WithDecryption, call);
            return { ...metadata(version), Name: name, Type, Value, Version, LastModifiedDate, DataType, Labels: [...version.labels] };
          }),
        );
        return { Parameters, NextToken: page.nextToken };
      },
    },
    DescribeParameters: {
      access: () => [{ resource: '*' }],
      run: ({ ParameterFilters = [], MaxResults = 50, NextToken }, call) => {
        const wanted = [...state.in(call).values()].filter((parameter) => ParameterFilters.every((filter) => passes(parameter, filter)));
        const page = pageOf(wanted, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
        const Parameters = page.items.map((parameter) => {
          const version = selectVersion(parameter, undefined);
          return { ...metadata(version), Name: parameter.name, ARN: parameter.arn, Type: version.type, Version: version.version, LastModifiedDate: version.modifiedAt, DataType: version.dataType };
        });
        return { Parameters, NextToken: page.nextToken };
      },
    },
  };
}

function writing(state: ParameterState, encryption: ParameterEncryption, { clock }: CloudContext): Operations<typeof sdk> {
  return {
    PutParameter: {
      access: ({ Name, Tags, Overwrite }, call) => {
        const tags = requestTagContext(tagMap(Tags));
        const access = accessTo(state, Name, call, { 'ssm:Overwrite': Overwrite ?? false, ...tags });
        return [access, ...(Tags?.length ? [{ ...accessTo(state, Name, call, tags), action: 'ssm:AddTagsToResource' }] : [])];
      },
      run: (input, call) => putParameter(state, encryption, input, call, clock.now()),
    },
    DeleteParameter: {
      access: ({ Name }, call) => [accessTo(state, Name, call)],
      run: ({ Name }, call) => {
        state.in(call).delete(state.named(Name, call).name);
        return {};
      },
    },
    DeleteParameters: {
      access: ({ Names = [] }, call) => Names.map((name) => accessTo(state, name, call)),
      run: ({ Names = [] }, call) => {
        const DeletedParameters = Names.filter((name) => state.in(call).delete(name));
        return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
      },
    },
    LabelParameterVersion: {
      access: ({ Name }, call) => [accessTo(state, Name, call)],
      run: ({ Name, ParameterVersion: wanted, Labels = [] }, call) => {
        const parameter = state.named(Name, call);
        const version = selectVersion(parameter, wanted === undefined ? undefined : String(wanted));
        for (const label of Labels) {
          for (const { labels } of parameter.versions) labels.delete(label);
          version.labels.add(label);
        }
        return { InvalidLabels: [], ParameterVersion: version.version };
      },
    },
  };
}

function tagging(state: ParameterState): Operations<typeof sdk> {
  const parameterOf = (type: string | undefined, id: string | undefined, call: Call): Parameter => {
    const parameter = type === 'Parameter' ? state.find(id ?? '', call) : undefined;
    if (!parameter) throw new AwsError('InvalidResourceId', `The resource ID is not valid: ${type ?? ''} ${id ?? ''}`);
    return parameter;
  };
  return {
    AddTagsToResource: {
      access: ({ ResourceId, Tags }, call) => [accessTo(state, ResourceId, call, requestTagContext(tagMap(Tags)))],
      run: ({ ResourceType, ResourceId, Tags }, call) => {
        Object.assign(parameterOf(ResourceType, ResourceId, call).tags, tagMap(Tags));
        return {};
      },
    },
    RemoveTagsFromResource: {
      access: ({ ResourceId, TagKeys = [] }, call) => [accessTo(state, ResourceId, call, { 'aws:TagKeys': TagKeys })],
      run: ({ ResourceType, ResourceId, TagKeys = [] }, call) => {
        const parameter = parameterOf(ResourceType, ResourceId, call);
        parameter.tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ ResourceId }, call) => [accessTo(state, ResourceId, call)],
      run: ({ ResourceType, ResourceId }, call) => ({ TagList: tagList(parameterOf(ResourceType, ResourceId, call).tags) }),
    },
  };
}

function metadata({ keyId, modifiedBy, description, allowedPattern, tier }: ParameterVersion) {
  return {
    ...(keyId !== undefined && { KeyId: keyId }),
    LastModifiedUser: modifiedBy,
    ...(description !== undefined && { Description: description }),
    ...(allowedPattern !== undefined && { AllowedPattern: allowedPattern }),
    Tier: tier,
    Policies: [],
  };
}

function passes(parameter: Parameter, { Key = '', Option = 'Equals', Values = [] }: sdk.ParameterStringFilter): boolean {
  const actual = Key === 'Name' || Key === 'Path' ? parameter.name : Key === 'Type' ? selectVersion(parameter, undefined).type : parameter.tags[Key.replace(/^tag:/, '')];
  if (actual === undefined) return false;
  return Values.some((value) => {
    if (Key === 'Path' || Option === 'BeginsWith' || Option === 'Recursive') return actual.startsWith(value);
    return Option === 'Contains' ? actual.includes(value) : actual === value;
  });
}

import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-config-service';
import type { ComplianceByConfigRule, ComplianceType, ConfigRule } from '@aws-sdk/client-config-service';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations, Place } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import { notEmulated } from '../rds/request-errors';
import { ruleArn, type ConfigState, type Rule } from './config-state';
import type { RuleEvaluation } from './rule-evaluation';

const ANY: readonly Access[] = [{ resource: '*' }];
const NAME = /^\S(.{0,126}\S)?$/;
const RULES_PER_PAGE = 25;
const DETAILS_PER_PAGE = 100;

/** Managed rules and what they have found. */
export function ruleOperations(cloud: CloudContext, state: ConfigState, evaluation: RuleEvaluation): Operations<typeof sdk> {
  const find = (call: Place, name: string | undefined) => state.in(call).rules.get(name ?? '');
  const arnOf = (call: Call, name: string | undefined) => ruleArn(call, find(call, name)?.id ?? '*');
  const access = ({ ConfigRuleName }: { ConfigRuleName?: string | undefined }, call: Call): readonly Access[] => [
    { resource: arnOf(call, ConfigRuleName), context: resourceTagContext(find(call, ConfigRuleName)?.tags ?? {}) },
  ];
  const named = (call: Call, name: string | undefined): Rule => {
    const rule = find(call, name);
    if (!rule) throw new AwsError('NoSuchConfigRuleException', `The ConfigRule '${name ?? ''}' provided in the request is invalid. Please check the configRule name.`);
    return rule;
  };
  const byArn = (call: Call, arn: string | undefined): Rule => {
    const rule = [...state.in(call).rules.values()].find(({ id }) => ruleArn(call, id) === arn);
    if (!rule) throw new AwsError('ResourceNotFoundException', `The resource ${arn ?? ''} does not exist.`);
    return rule;
  };
  const some = (call: Call, names: readonly string[] | undefined): readonly Rule[] => (names?.length ? names.map((name) => named(call, name)) : [...state.in(call).rules.values()]);
  return {
    PutConfigRule: {
      access: ({ ConfigRule: rule, Tags }, call) => [
        { resource: arnOf(call, rule?.ConfigRuleName), context: requestTagContext(tagMap(Tags)) },
        ...(Tags?.length ? [{ action: 'config:TagResource', resource: arnOf(call, rule?.ConfigRuleName), context: requestTagContext(tagMap(Tags)) }] : []),
      ],
      run: ({ ConfigRule: wanted, Tags }, call) => {
        const definition = checkRule(state, call, wanted);
        const { rules } = state.in(call);
        const before = rules.get(definition.ConfigRuleName);
        const rule: Rule = before ?? {
          id: `config-rule-${randomBytes(3).toString('hex')}`,
          createdAt: cloud.clock.now(),
          definition,
          tags: tagMap(Tags),
          evaluations: [],
          lastInvokedAt: undefined,
          lastSucceededAt: undefined,
          lastError: undefined,
          schedule: new AbortController(),
        };
        rule.definition = definition;
        rules.set(definition.ConfigRuleName, rule);
        void evaluation.follow({ account: call.account, region: call.region }, rule);
        return {};
      },
    },
    DescribeConfigRules: {
      access: () => ANY,
      run: ({ ConfigRuleNames, NextToken }, call) => {
        const { items, next } = paged(some(call, ConfigRuleNames), RULES_PER_PAGE, NextToken);
        return { ConfigRules: items.map(({ id, definition }) => ({ ...definition, ConfigRuleId: id, ConfigRuleArn: ruleArn(call, id), ConfigRuleState: 'ACTIVE' as const })), NextToken: next };
      },
    },
    DeleteConfigRule: {
      access,
      run: ({ ConfigRuleName }, call) => {
        const rule = named(call, ConfigRuleName);
        rule.schedule.abort();
        state.in(call).rules.delete(rule.definition.ConfigRuleName);
        return {};
      },
    },
    StartConfigRulesEvaluation: {
      access: ({ ConfigRuleNames = [] }, call) => ConfigRuleNames.map((name) => ({ resource: arnOf(call, name) })),
      run: ({ ConfigRuleNames }, call) => {
        const place = { account: call.account, region: call.region };
        for (const rule of some(call, ConfigRuleNames)) void evaluation.evaluate(place, rule);
        return {};
      },
    },
    DescribeConfigRuleEvaluationStatus: {
      access: () => ANY,
      run: ({ ConfigRuleNames, NextToken }, call) => {
        const { items, next } = paged(some(call, ConfigRuleNames), RULES_PER_PAGE, NextToken);
        return {
          ConfigRulesEvaluationStatus: items.map(({ id, definition, createdAt, lastInvokedAt, lastSucceededAt, lastError }) => ({
            ConfigRuleName: definition.ConfigRuleName,
            ConfigRuleArn: ruleArn(call, id),
            ConfigRuleId: id,
            FirstActivatedTime: createdAt,
            LastSuccessfulInvocationTime: lastInvokedAt,
            LastSuccessfulEvaluationTime: lastSucceededAt,
            LastFailedEvaluationTime: lastError?.at,
            LastErrorCode: lastError?.code,
            LastErrorMessage: lastError?.message,
            FirstEvaluationStarted: lastInvokedAt !== undefined,
          })),
          NextToken: next,
        };
      },
    },
    DescribeComplianceByConfigRule: {
      access: () => ANY,
      run: ({ ConfigRuleNames, ComplianceTypes, NextToken }, call) => {
        const wanted = some(call, ConfigRuleNames).map(complianceOf).filter(({ Compliance }) => !ComplianceTypes?.length || ComplianceTypes.some((type) => type === Compliance?.ComplianceType));
        const { items, next } = paged(wanted, RULES_PER_PAGE, NextToken);
        return { ComplianceByConfigRules: [...items], NextToken: next };
      },
    },
    GetComplianceDetailsByConfigRule: {
      access,
      run: ({ ConfigRuleName, ComplianceTypes, Limit = DETAILS_PER_PAGE, NextToken }, call) => {
        const { definition, evaluations } = named(call, ConfigRuleName);
        const { items, next } = paged(evaluations.filter(({ compliance }) => !ComplianceTypes?.length || ComplianceTypes.includes(compliance)), Limit === 0 ? DETAILS_PER_PAGE : Limit, NextToken);
        return {
          EvaluationResults: items.map(({ resourceType, resourceId, compliance, annotation, at }) => ({
            EvaluationResultIdentifier: { EvaluationResultQualifier: { ConfigRuleName: definition.ConfigRuleName, ResourceType: resourceType, ResourceId: resourceId, EvaluationMode: 'DETECTIVE' as const }, OrderingTimestamp: at },
            ComplianceType: compliance,
            ResultRecordedTime: at,
            ConfigRuleInvokedTime: at,
            Annotation: annotation,
          })),
          NextToken: next,
        };
      },
    },
    TagResource: {
      access: ({ ResourceArn, Tags }) => [{ resource: ResourceArn ?? '*', context: requestTagContext(tagMap(Tags)) }],
      run: ({ ResourceArn, Tags }, call) => {
        const rule = byArn(call, ResourceArn);
        rule.tags = { ...rule.tags, ...tagMap(Tags) };
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceArn, TagKeys = [] }) => [{ resource: ResourceArn ?? '*', context: { 'aws:TagKeys': TagKeys } }],
      run: ({ ResourceArn, TagKeys = [] }, call) => {
        const rule = byArn(call, ResourceArn);
        rule.tags = Object.fromEntries(Object.entries(rule.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: ({ ResourceArn }) => [{ resource: ResourceArn ?? '*' }], run: ({ ResourceArn }, call) => ({ Tags: tagList(byArn(call, ResourceArn).tags) }) },
  };
}

function checkRule(state: ConfigState, call: Call, rule: ConfigRule | undefined): ConfigRule & { readonly ConfigRuleName: string } {
  const ConfigRuleName = rule?.ConfigRuleName ?? '';
  const { Owner, SourceIdentifier } = rule?.Source ?? {};
  if (!state.in(call).recorder) throw new AwsError('NoAvailableConfigurationRecorderException', 'There is no configuration recorder available to put the config rule.');
  if (!NAME.test(ConfigRuleName)) throw invalid(`Invalid ConfigRuleName: ${ConfigRuleName}`);
  if (Owner !== 'AWS') throw notEmulated(`rules of AWS Config with the owner ${Owner ?? ''}`);
  if (!/^[A-Z][A-Z0-9_]+$/.test(SourceIdentifier ?? '')) throw invalid(`The sourceIdentifier ${SourceIdentifier ?? ''} is invalid. Please refer to the documentation for a list of valid sourceIdentifiers that can be used when AWS is the Owner.`);
  if (rule?.InputParameters !== undefined) checkParameters(rule.InputParameters);
  return { ...rule, Source: rule?.Source, ConfigRuleName };
}

function checkParameters(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw invalid('The InputParameters are not a JSON document.');
  }
}

function complianceOf({ definition, evaluations }: Rule): ComplianceByConfigRule {
  const failing = evaluations.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length;
  const type: ComplianceType = evaluations.length === 0 ? 'INSUFFICIENT_DATA' : failing > 0 ? 'NON_COMPLIANT' : 'COMPLIANT';
  return { ConfigRuleName: definition.ConfigRuleName, Compliance: { ComplianceType: type, ...(failing > 0 && { ComplianceContributorCount: { CappedCount: failing, CapExceeded: false } }) } };
}

function paged<Item>(items: readonly Item[], limit: number, token: string | undefined): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const page = pageOf(items, limit, token);
  if (!page) throw new AwsError('InvalidNextTokenException', 'The specified next token is not valid.');
  return { items: page.items, next: page.nextToken };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

import type { MaximumExecutionFrequency } from '@aws-sdk/client-config-service';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import type { ConfigState, Evaluation, Rule } from './config-state';
import { judgeClusters, type RuleParameters } from './redshift-rules';

export interface EvaluationPorts {
  readonly cloud: CloudContext;
  readonly events: EventSink;
  readonly state: ConfigState;
}

const HOUR_MS = 3_600_000;
/** How long a new rule waits for its first evaluation. */
const FIRST_MS = 60_000;
/** Changes are not recorded here: rules that follow them are evaluated this long after a call that may have made one, when it has settled. */
const CHANGES_MS = HOUR_MS;
/** Calls that leave clusters as they are. */
const NO_CHANGE = /^(Describe|Get|List)|^(Create|Copy|Delete|Modify|BatchDelete|BatchModify)ClusterSnapshots?$|SnapshotAccess$|Tags$/;
const PERIODS: Readonly<Record<MaximumExecutionFrequency, number>> = {
  One_Hour: HOUR_MS,
  Three_Hours: 3 * HOUR_MS,
  Six_Hours: 6 * HOUR_MS,
  Twelve_Hours: 12 * HOUR_MS,
  TwentyFour_Hours: 24 * HOUR_MS,
};
const CLUSTER = 'AWS::Redshift::Cluster';

/** Evaluates managed rules: those about Redshift clusters really, others have nothing to say. */
export class RuleEvaluation {
  private readonly awaited = new Set<string>();

  constructor(private readonly ports: EvaluationPorts) {
    ports.cloud.calls.onCall(({ service, operation, outcome, account, region }) => {
      if (service === 'redshift' && outcome === 'ok' && !NO_CHANGE.test(operation)) this.awaitChange({ account, region });
    });
  }

  /** Evaluates the rule once it is there, and again and again where it is periodic, until it is changed or deleted. */
  async follow(place: Place, rule: Rule): Promise<void> {
    const { clock } = this.ports.cloud;
    rule.schedule.abort();
    rule.schedule = new AbortController();
    const { signal } = rule.schedule;
    const { MaximumExecutionFrequency: frequency } = rule.definition;
    for (let waitMs: number | undefined = FIRST_MS; waitMs !== undefined && !signal.aborted; waitMs = frequency && PERIODS[frequency]) {
      const isDue = await clock.sleep(waitMs, signal).then(
        () => true,
        () => false,
      );
      if (isDue) await this.evaluateIfRecording(place, rule);
    }
  }

  private awaitChange(place: Place): void {
    const key = `${place.account} ${place.region}`;
    const { rules } = this.ports.state.in(place);
    if (rules.size === 0 || this.awaited.has(key)) return;
    this.awaited.add(key);
    this.ports.cloud.clock.after(CHANGES_MS, () => {
      this.awaited.delete(key);
      for (const rule of rules.values()) if (!rule.definition.MaximumExecutionFrequency) void this.evaluateIfRecording(place, rule);
    });
  }

  private async evaluateIfRecording(place: Place, rule: Rule): Promise<void> {
    if (this.ports.state.in(place).recorder?.isRecording) await this.evaluate(place, rule);
  }

  async evaluate(place: Place, rule: Rule): Promise<void> {
    const { cloud, events } = this.ports;
    const now = cloud.clock.now();
    rule.lastInvokedAt = now;
    try {
      const findings = await judgeClusters(rule.definition.Source?.SourceIdentifier ?? '', parametersOf(rule), cloud.as(accountRoot(place.account), place));
      const evaluations = (findings ?? []).map(({ cluster, problem }): Evaluation => ({
        resourceType: CLUSTER,
        resourceId: cluster.ClusterIdentifier ?? '',
        compliance: problem === undefined ? 'COMPLIANT' : 'NON_COMPLIANT',
        annotation: problem,
        at: now,
      }));
      for (const evaluation of evaluations) if (isNews(rule, evaluation)) events.emit(changeEvent(place, rule, evaluation));
      rule.evaluations = evaluations;
      rule.lastSucceededAt = now;
    } catch (error) {
      if (!(error instanceof AwsError)) return cloud.reportDefect(error as Error, `config rule ${rule.definition.ConfigRuleName}`);
      rule.lastError = { code: error.code, message: error.message, at: now };
    }
  }
}

function parametersOf({ definition }: Rule): RuleParameters {
  return JSON.parse(definition.InputParameters ?? '{}') as RuleParameters;
}

function isNews(rule: Rule, evaluation: Evaluation): boolean {
  return rule.evaluations.find(({ resourceId }) => resourceId === evaluation.resourceId)?.compliance !== evaluation.compliance;
}

/** https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html */
function changeEvent(place: Place, rule: Rule, { resourceId, resourceType, compliance, annotation, at }: Evaluation) {
  const result = { evaluationResultIdentifier: { evaluationResultQualifier: { configRuleName: rule.definition.ConfigRuleName, resourceType, resourceId } }, complianceType: compliance, resultRecordedTime: at.toISOString(), ...(annotation !== undefined && { annotation }) };
  return {
    place,
    source: 'aws.config',
    detailType: 'Config Rules Compliance Change',
    resources: [],
    detail: { messageType: 'ComplianceChangeNotification', awsAccountId: place.account, awsRegion: place.region, configRuleName: rule.definition.ConfigRuleName, resourceType, resourceId, newEvaluationResult: result },
  };
}

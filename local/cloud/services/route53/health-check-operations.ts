import type * as sdk from '@aws-sdk/client-route-53';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import { checkHealthConfig } from './check-health-config';
import type { HealthStatus } from './health-status';
import type { HealthCheck } from './hosted-zone';
import { anything, onHealthCheck } from './route53-access';
import { newHealthCheckId, type Route53State } from './route53-state';

const PAGE = 100;
const DEFAULTS = { Inverted: false, Disabled: false } as const;
const ENDPOINT_DEFAULTS = { RequestInterval: 30, FailureThreshold: 3, MeasureLatency: false } as const;
/** What an update can reset to its default. */
type Resettable = sdk.ResettableElementName;

/** Health checks. */
export function healthCheckOperations(state: Route53State, health: HealthStatus): Operations<typeof sdk> {
  return {
    CreateHealthCheck: {
      access: anything,
      run: ({ CallerReference = '', HealthCheckConfig: config = { Type: undefined } }, { account }) => {
        checkHealthConfig(config);
        const known = state.healthChecksOf(account).find(({ callerReference }) => callerReference === CallerReference);
        if (known) throw new AwsError('HealthCheckAlreadyExists', 'A health check with the same caller reference already exists');
        const check: HealthCheck = { id: newHealthCheckId(), account, callerReference: CallerReference, config: withDefaults(config), version: 1, tags: {} };
        state.healthChecks.set(check.id, check);
        health.watch(check);
        return { HealthCheck: describe(check), Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}` };
      },
    },
    GetHealthCheck: { access: ({ HealthCheckId }) => onHealthCheck(HealthCheckId), run: ({ HealthCheckId }, { account }) => ({ HealthCheck: describe(state.healthCheck(account, HealthCheckId)) }) },
    ListHealthChecks: {
      access: anything,
      run: ({ MaxItems = PAGE, Marker }, { account }) => {
        const page = pageOf(state.healthChecksOf(account), Number(MaxItems), Marker);
        if (!page) throw new AwsError('InvalidInput', `Invalid marker ${Marker ?? ''}`);
        return { HealthChecks: page.items.map(describe), IsTruncated: page.nextToken !== undefined, MaxItems: Number(MaxItems), Marker: Marker ?? '', ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    UpdateHealthCheck: {
      access: ({ HealthCheckId }) => onHealthCheck(HealthCheckId),
      run: ({ HealthCheckId, HealthCheckVersion, ResetElements = [], ...changes }, { account }) => {
        const check = state.healthCheck(account, HealthCheckId);
        if (HealthCheckVersion !== undefined && HealthCheckVersion !== check.version) throw new AwsError('HealthCheckVersionMismatch', `The health check has the version ${check.version}`);
        const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
        const config = { ...without(check.config, ResetElements), ...given };
        checkHealthConfig(config);
        check.config = withDefaults(config);
        check.version += 1;
        health.watch(check);
        return { HealthCheck: describe(check) };
      },
    },
    DeleteHealthCheck: {
      access: ({ HealthCheckId }) => onHealthCheck(HealthCheckId),
      run: ({ HealthCheckId }, { account }) => {
        const check = state.healthCheck(account, HealthCheckId);
        health.forget(check);
        state.healthChecks.delete(check.id);
        return {};
      },
    },
    GetHealthCheckStatus: {
      access: ({ HealthCheckId }) => onHealthCheck(HealthCheckId),
      run: ({ HealthCheckId }, { account }) => {
        const check = state.healthCheck(account, HealthCheckId);
        // "You can't use GetHealthCheckStatus to get the status of a calculated health check."
        if (check.config.Type === 'CALCULATED') throw new AwsError('InvalidInput', 'GetHealthCheckStatus is not for calculated health checks');
        const observed = [...health.observations(check)];
        return { HealthCheckObservations: observed.length > 0 ? observed : [{ StatusReport: { Status: health.isHealthy(check.id) ? 'Success: The alarm is OK' : 'Failure: The alarm is not OK' } }] };
      },
    },
    GetHealthCheckLastFailureReason: {
      access: ({ HealthCheckId }) => onHealthCheck(HealthCheckId),
      run: ({ HealthCheckId }, { account }) => ({ HealthCheckObservations: [...health.lastFailures(state.healthCheck(account, HealthCheckId))] }),
    },
  };
}

function withDefaults(config: sdk.HealthCheckConfig): sdk.HealthCheckConfig {
  const isEndpoint = config.Type !== 'CALCULATED' && config.Type !== 'CLOUDWATCH_METRIC';
  return { ...DEFAULTS, ...(isEndpoint && ENDPOINT_DEFAULTS), ...config };
}

function without(config: sdk.HealthCheckConfig, elements: readonly Resettable[]): sdk.HealthCheckConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !elements.some((element) => element === key))) as unknown as sdk.HealthCheckConfig;
}

function describe({ id, callerReference, config, version }: HealthCheck): sdk.HealthCheck {
  return { Id: id, CallerReference: callerReference, HealthCheckConfig: config, HealthCheckVersion: version };
}

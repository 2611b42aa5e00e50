import type { CreateTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './elb-errors';
import type { HealthCheck } from './load-balancing';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#health-check-settings */
const DEFAULTS: HealthCheck = { protocol: 'HTTP', port: 'traffic-port', path: '/', intervalSeconds: 30, timeoutSeconds: 5, healthyThreshold: 5, unhealthyThreshold: 2, matcher: '200' };

const LIMITS = {
  intervalSeconds: [5, 300],
  timeoutSeconds: [2, 120],
  healthyThreshold: [2, 10],
  unhealthyThreshold: [2, 10],
} as const;

type HealthCheckInput = Pick<
  CreateTargetGroupInput,
  'HealthCheckEnabled' | 'HealthCheckProtocol' | 'HealthCheckPort' | 'HealthCheckPath' | 'HealthCheckIntervalSeconds' | 'HealthCheckTimeoutSeconds' | 'HealthyThresholdCount' | 'UnhealthyThresholdCount' | 'Matcher'
>;

/** The settings that a request asks for, the others as they were before. */
export function healthCheckOf(input: HealthCheckInput, before: HealthCheck = DEFAULTS): HealthCheck {
  if (input.HealthCheckEnabled === false) throw validationError('Health check enabled must be true for target groups with target type ip');
  const protocol = input.HealthCheckProtocol ?? before.protocol;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw validationError(`Health check protocol ${protocol}: expected HTTP or HTTPS`);
  const settings: HealthCheck = {
    protocol,
    port: input.HealthCheckPort ?? before.port,
    path: input.HealthCheckPath ?? before.path,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    matcher: input.Matcher?.HttpCode ?? before.matcher,
  };
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const value = settings[name as keyof typeof LIMITS];
    if (value < least || value > most) throw validationError(`Health check ${name} ${value} must be between ${least} and ${most}`);
  }
  if (settings.timeoutSeconds >= settings.intervalSeconds) throw validationError('Health check timeout must be smaller than the interval');
  return settings;
}

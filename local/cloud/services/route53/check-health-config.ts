import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { AwsError } from '../../gateway/aws-error';
import { isPrivateAddress } from '../../network/cidr';

const ENDPOINT_TYPES = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'] as const;
const LEAST_REGIONS = 3;
const MOST_FAILURES = 10;
const MOST_CHILDREN = 255;

/** Refuses a configuration that Route 53 refuses. https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html */
export function checkHealthConfig(config: HealthCheckConfig): void {
  const { Type, FailureThreshold = 3, RequestInterval = 30 } = config;
  const isEndpoint = ENDPOINT_TYPES.some((type) => type === Type);
  if (Type === 'RECOVERY_CONTROL') throw invalid('Type RECOVERY_CONTROL: the local cloud has no routing controls');
  if (!isEndpoint && Type !== 'CALCULATED' && Type !== 'CLOUDWATCH_METRIC') throw invalid(`Type ${Type ?? ''} is not a type of health check`);
  if (FailureThreshold < 1 || FailureThreshold > MOST_FAILURES) throw invalid(`FailureThreshold ${FailureThreshold} must be between 1 and ${MOST_FAILURES}`);
  if (isEndpoint) checkEndpoint(config, RequestInterval);
  if (Type === 'CALCULATED' && (config.ChildHealthChecks?.length ?? 0) > MOST_CHILDREN) throw invalid(`ChildHealthChecks: at most ${MOST_CHILDREN}`);
  if (Type === 'CALCULATED' && config.HealthThreshold === undefined) throw invalid('HealthThreshold is required for health checks of the type CALCULATED');
  if (Type === 'CLOUDWATCH_METRIC' && !config.AlarmIdentifier) throw invalid('AlarmIdentifier is required for health checks of the type CLOUDWATCH_METRIC');
  if (!isEndpoint && (config.Port !== undefined || config.IPAddress !== undefined || config.RequestInterval !== undefined)) throw invalid(`Port, IPAddress and RequestInterval do not go with the type ${Type ?? ''}`);
}

function checkEndpoint({ Type, IPAddress, FullyQualifiedDomainName, Port, SearchString, Regions }: HealthCheckConfig, interval: number): void {
  if (IPAddress === undefined && FullyQualifiedDomainName === undefined) throw invalid('IPAddress or FullyQualifiedDomainName is required');
  if (IPAddress !== undefined && isPrivateAddress(IPAddress)) throw invalid(`IPAddress ${IPAddress}: health checkers cannot reach private addresses`);
  if (interval !== 10 && interval !== 30) throw invalid(`RequestInterval ${interval} must be 10 or 30`);
  if (Type === 'TCP' && Port === undefined) throw invalid('Port is required for health checks of the type TCP');
  if ((Type?.endsWith('STR_MATCH') ?? false) !== (SearchString !== undefined)) throw invalid('SearchString is for the types HTTP_STR_MATCH and HTTPS_STR_MATCH, which need it');
  if (Regions && Regions.length < LEAST_REGIONS) throw invalid(`Regions: at least ${LEAST_REGIONS} are required`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

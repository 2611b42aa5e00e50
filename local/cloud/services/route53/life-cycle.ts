/** How long things take in Route 53. */
export const ROUTE53_DURATIONS = {
  /** "Changes generally propagate to all Route 53 name servers within 60 seconds": https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
  propagationMs: 45_000,
  /** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html: a connection within four seconds, an answer within two after that; ten seconds for TCP. */
  httpTimeoutMs: 6_000,
  tcpTimeoutMs: 10_000,
  /** Until Route 53 has noticed that all nodes of a load balancer are gone with their region. */
  loadBalancerLostMs: 30_000,
} as const;

/** The time to live of answers from load balancers: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias-common.html */
export const LOAD_BALANCER_TTL_SECONDS = 60;

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

/** Structured logs: one JSON line an outcome. Service name and level come from `POWERTOOLS_*` variables that the stack sets. */
export const logger = new Logger();

/** Metrics in the embedded metric format: they travel in the log, so no call is made for them. */
export const metrics = new Metrics();

/** X-Ray subsegments of the function's own work. */
export const tracer = new Tracer();

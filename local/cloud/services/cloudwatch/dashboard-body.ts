import type { DashboardValidationMessage } from '@aws-sdk/client-cloudwatch';
import { parseExpression } from './math/parse-expression';
import { InvalidExpression } from './math/time-series';

const WIDGET_TYPES = ['alarm', 'custom', 'explorer', 'log', 'metric', 'text'];

/**
 * What is wrong with a dashboard's body; empty when nothing is.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardProblems(body: string): readonly DashboardValidationMessage[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [{ DataPath: '', Message: 'The dashboard body is not valid JSON' }];
  }
  const widgets = isRecord(parsed) ? parsed['widgets'] : undefined;
  if (!Array.isArray(widgets)) return [{ DataPath: '/widgets', Message: 'Should have required property widgets, an array' }];
  return widgets.flatMap((widget: unknown, index) => widgetProblems(widget, `/widgets/${index}`));
}

function widgetProblems(widget: unknown, path: string): readonly DashboardValidationMessage[] {
  if (!isRecord(widget)) return [{ DataPath: path, Message: 'Should be an object' }];
  const { type, properties } = widget;
  if (typeof type !== 'string' || !WIDGET_TYPES.includes(type)) return [{ DataPath: `${path}/type`, Message: `Should be one of ${WIDGET_TYPES.join(', ')}` }];
  if (!isRecord(properties)) return [{ DataPath: `${path}/properties`, Message: 'Should be an object' }];
  switch (type) {
    case 'metric':
      return metricWidgetProblems(properties, `${path}/properties`);
    case 'text':
      return typeof properties['markdown'] === 'string' ? [] : [{ DataPath: `${path}/properties/markdown`, Message: 'Should be a string' }];
    case 'alarm':
      return Array.isArray(properties['alarms']) ? [] : [{ DataPath: `${path}/properties/alarms`, Message: 'Should be an array' }];
    default:
      return [];
  }
}

function metricWidgetProblems(properties: Record<string, unknown>, path: string): readonly DashboardValidationMessage[] {
  const { metrics, annotations, region, period } = properties;
  const regional = typeof region === 'string' ? [] : [{ DataPath: `${path}/region`, Message: 'Should be a string' }];
  const periodic = period === undefined || (typeof period === 'number' && period > 0) ? [] : [{ DataPath: `${path}/period`, Message: 'Should be a positive number' }];
  if (metrics === undefined && isRecord(annotations) && Array.isArray(annotations['alarms'])) return regional;
  if (!Array.isArray(metrics) || metrics.length === 0) return [{ DataPath: `${path}/metrics`, Message: 'Should be an array with at least one metric' }];
  return [...regional, ...periodic, ...metrics.flatMap((metric: unknown, index) => metricProblems(metric, index, `${path}/metrics/${index}`))];
}

/** A row of `metrics`: namespace, name, dimensions in pairs, options. `.` repeats the row before, `...` several places of it. */
function metricProblems(metric: unknown, index: number, path: string): readonly DashboardValidationMessage[] {
  if (!Array.isArray(metric) || metric.length === 0) return [{ DataPath: path, Message: 'Should be an array' }];
  const row: readonly unknown[] = metric;
  const last = row.at(-1);
  const names = isRecord(last) ? row.slice(0, -1) : row;
  if (isRecord(last) && names.length === 0) return expressionProblems(last, path);
  if (!names.every((name) => typeof name === 'string' && name !== '')) return [{ DataPath: path, Message: 'Namespace, name and dimensions should be strings' }];
  if (index === 0 && names.some((name) => name === '.' || name === '...')) return [{ DataPath: path, Message: 'The first metric has nothing to repeat' }];
  if (!names.includes('...') && (names.length < 2 || names.length % 2 !== 0)) return [{ DataPath: path, Message: 'Should be a namespace, a metric name and dimensions in pairs of name and value' }];
  return [];
}

function expressionProblems({ expression }: Record<string, unknown>, path: string): readonly DashboardValidationMessage[] {
  if (typeof expression !== 'string') return [{ DataPath: path, Message: 'Should be a metric or an expression' }];
  // Searches draw whatever they find; there is nothing to compute here.
  if (/\bSEARCH\s*\(/.test(expression) || /^\s*SELECT\b/i.test(expression)) return [];
  try {
    parseExpression(expression);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    return [{ DataPath: path, Message: error.message }];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

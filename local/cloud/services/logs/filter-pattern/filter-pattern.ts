import { AwsError } from '../../../gateway/aws-error';
import { compileColumnPattern } from './column-pattern';
import type { LineFilter } from './line-filter';
import { compileJsonPattern } from './json-pattern';
import { InvalidFilterPattern } from './pattern-error';
import { compileTermPattern } from './term-pattern';

/**
 * Compiles a filter pattern of CloudWatch Logs: terms, JSON (`{ ... }`) or columns (`[ ... ]`). Throws the API's error for one that is none.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): LineFilter {
  const text = pattern.trim();
  try {
    if (text.startsWith('{')) return compileJsonPattern(text);
    if (text.startsWith('[')) return compileColumnPattern(text);
    return compileTermPattern(text);
  } catch (error) {
    if (!(error instanceof InvalidFilterPattern)) throw error;
    throw new AwsError('InvalidParameterException', `Invalid filter pattern: ${error.message}`);
  }
}

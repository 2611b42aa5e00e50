import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import { functionArn, parseFunctionName, type FunctionReference } from './function-name';
import type { FunctionVersion, LambdaFunction } from './lambda-function';

/** A function, and which of its versions is meant. */
export interface Resolved {
  readonly lambda: LambdaFunction;
  readonly version: FunctionVersion;
  /** As the caller named it: a version, an alias, or nothing. */
  readonly qualifier: string | undefined;
}

/** The functions of all accounts and regions. */
export class LambdaState {
  private readonly functions = new PerRegion<Map<string, LambdaFunction>>(() => new Map());

  add(lambda: LambdaFunction): void {
    this.functions.in(lambda).set(lambda.name, lambda);
  }

  remove(lambda: LambdaFunction): void {
    this.functions.in(lambda).delete(lambda.name);
  }

  in(place: Place): readonly LambdaFunction[] {
    return [...this.functions.in(place).values()];
  }

  all(): readonly LambdaFunction[] {
    return this.functions.all().flatMap(([, functions]) => [...functions.values()]);
  }

  find({ name, ...place }: FunctionReference): LambdaFunction | undefined {
    return this.functions.in(place).get(name);
  }

  /** Reads a `FunctionName` and qualifier; refuses what is none. */
  reference(functionName: string | undefined, place: Place, qualifier?: string): FunctionReference {
    const reference = parseFunctionName(functionName ?? '', place, qualifier);
    if (reference) return reference;
    throw new AwsError('InvalidParameterValueException', `1 validation error detected: Value '${functionName ?? ''}' at 'functionName' failed to satisfy constraint`, {
      details: { Type: 'User' },
    });
  }

  /** The function that a request means, whatever its qualifier. */
  function(functionName: string | undefined, place: Place): LambdaFunction {
    const reference = this.reference(functionName, place);
    return this.find(reference) ?? notFound(functionArn(reference, reference.name));
  }

  /** The function and version that a request means. */
  resolve(functionName: string | undefined, place: Place, qualifier?: string): Resolved {
    const reference = this.reference(functionName, place, qualifier);
    const lambda = this.find(reference) ?? notFound(functionArn(reference, reference.name, reference.qualifier));
    const version = versionOf(lambda, reference.qualifier) ?? notFound(functionArn(reference, reference.name, reference.qualifier));
    return { lambda, version, qualifier: reference.qualifier };
  }
}

function versionOf(lambda: LambdaFunction, qualifier = '$LATEST'): FunctionVersion | undefined {
  const version = lambda.aliases.get(qualifier)?.version ?? qualifier;
  return version === '$LATEST' ? lambda.latest : lambda.versions.find((published) => published.version === version);
}

function notFound(arn: string): never {
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, { details: { Type: 'User' } });
}

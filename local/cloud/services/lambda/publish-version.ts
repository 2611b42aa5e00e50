import { contentOf, newVersion, type FunctionVersion, type LambdaFunction } from './lambda-function';

/** Makes a numbered version of what `$LATEST` is now; one that would be the same as the newest is not made again. */
export function publish(lambda: LambdaFunction, now: Date, description?: string): FunctionVersion {
  const newest = lambda.versions.at(-1);
  if (newest && contentOf(newest) === contentOf(lambda.latest)) return newest;
  const settings = description === undefined ? lambda.latest.settings : { ...lambda.latest.settings, description };
  const version = newVersion({ ...lambda.latest, settings }, now, String(Number(newest?.version ?? 0) + 1));
  lambda.versions.push(version);
  return version;
}

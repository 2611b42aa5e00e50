/**
 * The name of an API's member in the AWS SDK for Java 2, which is what Step Functions and EventBridge Scheduler call it:
 * `DBClusterIdentifier` is `DbClusterIdentifier`.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function javaName(name: string): string {
  return wordsOf(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** The name of an error shape as the same SDK names its exception: `DBClusterNotFoundFault` is `DbClusterNotFoundException`. */
export function javaExceptionName(errorShape: string): string {
  const base = /fault$/i.test(errorShape) ? errorShape.slice(0, -'Fault'.length) : errorShape.replace(/Exception$/, '');
  return `${javaName(base)}Exception`;
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .replaceAll(/([^a-z]{2,})v([0-9]+)/g, '$1 v$2 ')
    .replaceAll(/([^A-Z]{2,})V([0-9]+)/g, '$1 V$2 ')
    .replaceAll(/([a-z])(?=[A-Z][a-zA-Z0-9])/g, '$1 ')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/([0-9])([a-zA-Z])/g, '$1 $2')
    .trim()
    .split(/ +/);
}

import type { SdkCommand } from './cloud-client';
import type { Service } from './service';

/** Finds a service of the cloud by its signing name, such as `rds`; for callers that learn only at run time what they call. */
export type ServiceDirectory = (signingName: string) => Service | undefined;

/** A command for an operation that is known by name only; `CloudClient` reads nothing else of a command. */
export function commandFor({ model }: Service, operation: string, input: Record<string, unknown>): SdkCommand<Record<string, unknown>> {
  const command = {
    input,
    schema: [9, model.namespace, operation],
    resolveMiddleware: () => {
      throw new Error('the command can be sent inside the cloud only');
    },
  };
  return command;
}

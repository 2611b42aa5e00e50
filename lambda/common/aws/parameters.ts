import { GetParameterCommand, paginateGetParametersByPath, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { InvalidEnvironment } from '../errors';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** Read-only settings in Parameter Store, each a JSON document. */
export class Parameters {
  constructor(private readonly client: SSMClient) {}

  static in(target: Target): Parameters {
    return new Parameters(clientFor(SSMClient, target));
  }

  /** One parameter; nothing when there is none of that name. */
  async readJson(name: string): Promise<unknown> {
    try {
      const { Parameter } = await this.client.send(new GetParameterCommand({ Name: name }));
      return parse(name, present(Parameter?.Value, 'Parameter.Value'));
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  /** All parameters right below a path, by the last part of their names. */
  async readAllJson(path: string): Promise<ReadonlyMap<string, unknown>> {
    const found = new Map<string, unknown>();
    for await (const { Parameters: page = [] } of paginateGetParametersByPath({ client: this.client }, { Path: path })) {
      for (const { Name, Value } of page) {
        const name = present(Name, 'Parameters[].Name');
        found.set(name.slice(name.lastIndexOf('/') + 1), parse(name, present(Value, 'Parameters[].Value')));
      }
    }
    return found;
  }
}

function parse(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new InvalidEnvironment(`parameter ${name} is not JSON`, { name }, { cause });
  }
}

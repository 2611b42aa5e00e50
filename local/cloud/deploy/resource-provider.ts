import type { CloudClient } from '../gateway/cloud-client';
import type { CloudClock } from '../gateway/clock';
import type { Place } from '../gateway/service';
import type { TemplateProperties } from './template-properties';

/** What CloudFormation knows of a resource once it exists. */
export interface DeployedResource {
  /** What `Ref` returns. */
  readonly ref: string;
  /** What `Fn::GetAtt` returns, by attribute name; nested names with dots. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Where a resource is created and what its provider may use. */
export interface ResourceContext extends Place {
  readonly stackName: string;
  readonly logicalId: string;
  /** Calls the cloud as CloudFormation's execution role: through the same public API as everybody. */
  readonly aws: CloudClient;
  readonly clock: CloudClock;
  /** A name like those CloudFormation makes up: `<stack>-<logical id>-<suffix>`, cut to the length that the service allows. */
  readonly generatedName: (maxLength?: number) => string;
  /** The directory of a file asset, by the object key that the template names. */
  readonly assetDirectory: (objectKey: string) => string;
}

/** Creates one type of CloudFormation resource by calls to the API that the real one calls. */
export interface ResourceProvider {
  /** Reads every property that it understands; a property that nobody read fails the deployment. */
  create(properties: TemplateProperties, context: ResourceContext): Promise<DeployedResource>;
}

/** Providers by CloudFormation type. */
export type ResourceProviders = Readonly<Record<string, ResourceProvider>>;

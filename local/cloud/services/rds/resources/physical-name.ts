import type { ResourceContext } from '../../../deploy/resource-provider';

/** The longest identifier of a cluster or instance. */
export const MAX_IDENTIFIER = 63;
export const MAX_GROUP_NAME = 255;

/** The name that the template gives, or one that CloudFormation makes up, in a form that RDS takes. */
export function physicalName(given: string | undefined, { generatedName }: ResourceContext, maxLength: number): string {
  if (given !== undefined) return given.toLowerCase();
  return generatedName(maxLength)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '')
    .replaceAll(/-{2,}/g, '-');
}

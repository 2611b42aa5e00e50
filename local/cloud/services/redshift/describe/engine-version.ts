/** "Only version 1.0 is currently available", by the SDK's type text of CreateCluster. */
export const ENGINE_VERSION = '1.0';
export const REVISION = '128117';
export const FULL_ENGINE_VERSION = `${ENGINE_VERSION}.${REVISION}`;

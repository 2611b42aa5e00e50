/** In the place of the SDK's chain of places where credentials may be: a function has them in its environment, where the chain looks first. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';

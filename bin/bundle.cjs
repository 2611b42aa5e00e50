const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { pruneSchemas } = require('./prune-schemas.cjs');

const EMPTY = './lambda/common/empty-module.cjs';

/** Of X-Ray's SDK, what traces version 2 of AWS's SDK: all of semver is for the number of that version. */
const leaveOutOldPatcher = {
  name: 'leave-out-old-patcher',
  setup(build) {
    build.onLoad({ filter: /[\\/]aws-xray-sdk-core[\\/].*[\\/]patchers[\\/]aws_p\.js$/ }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Of axios, what asks by fetch. Looking at anything that belongs to that, if only to tell whether it is there, has Node load a second
 * HTTP client; driver and Vault client use node:http.
 */
const leaveOutFetch = {
  name: 'leave-out-fetch',
  setup(build) {
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]adapters[\\/]fetch\.js$/ }, () => ({ contents: 'export const getFetch = () => false;' }));
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]utils\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(/^const FormDataCtor = .*;$/m, 'const FormDataCtor = undefined;'),
    }));
  },
};

/**
 * How everything that AWS runs is bundled. What is written as ES modules can be left out where it is not used: half of most clients of
 * the SDK. The Snowflake driver requires the clients of clouds that its account does not live on, logins through a browser, the history
 * of all time zones, and more that no path of the replicator comes by; X-Ray's SDK requires contexts that follow each promise by a hook:
 * `alias` leaves that out. Names of functions and classes are not kept: nothing reads them, and keeping them costs each cold start a
 * tenth of its time.
 */
const bundle = {
  absWorkingDir: path.resolve(__dirname, '..'),
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  bundle: true,
  minify: true,
  mainFields: ['module', 'main'],
  plugins: [pruneSchemas, leaveOutOldPatcher, leaveOutFetch],
  alias: {
    '@aws-sdk/credential-provider-node': './lambda/common/aws/environment-credentials.ts',
    '@azure/identity': EMPTY,
    '@azure/storage-blob': EMPTY,
    '@techteamer/ocsp': EMPTY,
    'asn1.js': './lambda/snowflake-replicator/no-asn1.cjs',
    'asn1.js-rfc2560': EMPTY,
    'asn1.js-rfc5280': EMPTY,
    axios: './lambda/snowflake-replicator/axios.cjs',
    'cls-hooked/context': './lambda/common/segment-context.ts',
    'fast-xml-parser': EMPTY,
    'google-auth-library': EMPTY,
    'mime-db': EMPTY,
    'moment-timezone': './lambda/snowflake-replicator/moment-timezone.cjs',
    oauth4webapi: EMPTY,
    open: EMPTY,
    toml: EMPTY,
    winston: EMPTY,
  },
  logLevel: 'warning',
};

module.exports = { bundle };

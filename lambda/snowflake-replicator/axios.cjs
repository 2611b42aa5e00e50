// When it is loaded, axios looks at what belongs to fetch, for which Node loads a second HTTP client. Driver and Vault client use node:http.
const { Request, Response } = Object.getOwnPropertyDescriptors(globalThis);

Object.defineProperties(globalThis, { Request: { value: undefined, configurable: true }, Response: { value: undefined, configurable: true } });
module.exports = require('../../node_modules/axios/dist/node/axios.cjs');
Object.defineProperties(globalThis, { Request, Response });

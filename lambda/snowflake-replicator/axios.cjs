// As axios's own file for require, out of its modules: bin/bundle.cjs leaves one of them out.
module.exports = require('../../node_modules/axios/index.js').default;

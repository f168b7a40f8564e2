// The same function as a CommonJS module.

const momento = require('momento-lambda');
const { createHandler } = require('./actions.cjs');

exports.handler = createHandler(momento);

// The function under test in Node, an ES module: the event says what it does, the reply says what came of it.

import * as momento from 'momento-lambda';
import { createHandler } from './actions.cjs';

export const handler = createHandler(momento);

import { getMomentoClient } from 'momento-lambda';

const begun = performance.now();
getMomentoClient();
const took = performance.now() - begun;
if (took > 50) throw new Error(`getMomentoClient took ${took} ms`);

import { getMomentoClient } from 'momento-lambda';

console.log(String(await getMomentoClient().get('cache', 'none')));

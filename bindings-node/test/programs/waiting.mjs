import { getMomentoClient } from 'momento-lambda';

// Not awaited at the top level: only the pending call keeps the process.
getMomentoClient()
  .get('cache', 'key')
  .then(answer => console.log(answer.errorCode()));

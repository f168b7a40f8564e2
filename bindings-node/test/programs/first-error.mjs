import { getMomentoClient } from 'momento-lambda';

try {
  const answer = await getMomentoClient().get('cache', 'key');
  console.log(answer.errorCode(), answer.message());
} catch (error) {
  console.log(error.errorCode(), error.message);
}

// The cold path in steps, for cold_profile.py: prints {step: [wall ms, CPU ms of all threads]}; Node's start has no wall
// here.
const now = () => {
  const used = process.cpuUsage();
  return [Number(process.hrtime.bigint()) / 1e6, (used.user + used.system) / 1000];
};

const laps = [['', now()]];
const { getMomentoClient, CacheGet, CacheSet } = require('momento-lambda');
laps.push(['package', now()]);

(async () => {
  const client = getMomentoClient();
  laps.push(['client', now()]);
  const stored = await client.set('cache', 'key', 'value');
  laps.push(['look-up, connection, first set', now()]);
  const found = await client.get('cache', 'key');
  laps.push(['first get', now()]);
  if (!(stored instanceof CacheSet.Success) || !(found instanceof CacheGet.Hit)) throw new Error(`${stored} ${found}`);
  const steps = { interpreter: [0, laps[0][1][1]] };
  for (let lap = 1; lap < laps.length; lap++) {
    steps[laps[lap][0]] = [0, 1].map(clock => laps[lap][1][clock] - laps[lap - 1][1][clock]);
  }
  console.log(JSON.stringify(steps));
  process.exit(0);
})();

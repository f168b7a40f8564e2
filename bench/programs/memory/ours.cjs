// ours.cjs STAGE CALLS: memory of the bare interpreter, after the import, or after so many sets and gets.
const { printRollup } = require('./rollup.cjs');

const [stage, calls] = process.argv.slice(2);
const momento = stage === 'bare' ? undefined : require('momento-lambda');

(async () => {
  if (stage === 'calls') {
    const client = momento.getMomentoClient();
    for (let call = 0; call < Number(calls) / 2; call++) {
      const stored = await client.set('cache', 'key', 'v'.repeat(100));
      if (!(stored instanceof momento.CacheSet.Success)) throw new Error(String(stored));
      const found = await client.get('cache', 'key');
      if (!(found instanceof momento.CacheGet.Hit)) throw new Error(String(found));
    }
  }
  printRollup();
})();

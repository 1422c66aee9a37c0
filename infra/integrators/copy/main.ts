/**
 * A sample for integrators: keeps a copy of the published lists of a service in step, and proves after each change that the
 * two are equal. Stopped or killed at any moment, it goes on where its file ends.
 *
 *     node --import tsx infra/integrators/copy/main.ts http://localhost:3000 ./copy [--key VKEY] [--once]
 *
 * `--key` is the key of the ledger from another source (printed, or published by the supervising body); without it the one
 * that the service shows first is kept. Where the key is rotated the one after it is trusted on the word of the one before.
 * `--once` ends after one proof: 0 where the copy is equal, 3 where it is not.
 */
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ListCopy } from './list-copy.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { key: { type: 'string' }, once: { type: 'boolean', default: false } },
});
const [address = 'http://localhost:3000', directory = './copy'] = positionals;
await mkdir(directory, { recursive: true });
const copy = await ListCopy.open({ address, directory, ...(values.key !== undefined && { key: values.key }) });

/** Says in a line whether the copy is equal. */
async function tell(): Promise<void> {
  const faults = await copy.prove();
  process.exitCode = faults.length === 0 ? 0 : 3;
  const found = faults.map(({ zh, en }) => `${zh} (${en})`).join('; ');
  console.log(
    faults.length === 0
      ? `${copy.size} 份名单与公布的一致 (lists are equal to what was published)`
      : `不一致 (not equal): ${found}`,
  );
}

await copy.catchUp();
await tell();
if (!values.once) await copy.follow(tell);
await copy.close();

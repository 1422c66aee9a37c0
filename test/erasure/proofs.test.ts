/** The ledger hashes what is sealed: erasing somebody changes no root, and every proof still holds. */
import { expect, it } from 'vitest';
import { streamId } from '../../events/ids.ts';
import { openSystem } from '../../infra/compose/system.ts';
import { entryOf, recordOf } from '../../infra/ledger/record.ts';
import { rootThrough } from '../ledger/rfc6962.ts';
import { control } from '../support/controls.ts';
import { newFact, temporaryDirectory } from '../support/log.ts';

const ACTS = 300;
const NAMED_AT = 100;

it('given an event that names somebody, when he is erased, then its proof of before holds, the same is given again, and no root differs', async () => {
  using data = temporaryDirectory();
  const config = { dataDirectory: data.path, engines: {}, namespace: 'test' };
  const system = await openSystem(config, { alarm: () => undefined });
  try {
    const { events, ledger, ledgerKeeper, vault } = system;
    const person = await vault.seal('person-0001', '张三');
    for (let at = 0; at < ACTS; at += 1) {
      const fact = at === NAMED_AT ? control('incentive.granted', { person }) : control('organising-work.recorded');
      await events.append(streamId(`act-${at}`), -1, [newFact(`act-${at}`, fact)]);
    }
    ledgerKeeper?.start();
    await expect.poll(() => ledger.size(), { timeout: 15_000, interval: 10 }).toBe(ACTS);

    /** What a verifier is told of the event, and the roots of every size. */
    const told = async () => {
      const [event] = await events.readStream(streamId(`act-${NAMED_AT}`), -1);
      if (!event) throw new Error('the event is gone');
      const entry = entryOf(recordOf(event, ledger.saltsOf(event.id)));
      const proof = await ledger.inclusion(NAMED_AT, ACTS);
      const roots = [];
      for (let size = 1; size <= ACTS; size += 1) roots.push(Buffer.from(await ledger.root(size)).toString('hex'));
      return { text: event.dataText, entry, proof, roots };
    };
    const holds = ({ entry, proof, roots }: Awaited<ReturnType<typeof told>>) =>
      expect(rootThrough(entry, NAMED_AT, ACTS, proof).toString('hex')).toBe(roots.at(-1));

    const before = await told();
    holds(before);
    await vault.erase('person-0001');
    expect(await vault.open(person)).toBeUndefined();
    const after = await told();
    expect(after).toEqual(before);
    holds(after);
    expect(before.text).not.toContain('张三');
  } finally {
    await system.close();
  }
});

/** A process that remembers the key of somebody hears from the log that another process has destroyed it. */
import { expect, it } from 'vitest';
import { erasureStream } from '../../events/privacy.ts';
import { openSystem } from '../../infra/compose/system.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { control } from '../support/controls.ts';
import { newFact, temporaryDirectory } from '../support/log.ts';

it('given a name that was opened here, when the erasure that another process carried out is delivered, then it is closed here', async () => {
  using data = temporaryDirectory();
  const config = { dataDirectory: data.path, engines: {}, namespace: 'test' };
  const system = await openSystem(config, { alarm: () => undefined });
  try {
    const fact = control('personal-data.erased');
    const { erasureId, subject } = fact.data as { erasureId: never; subject: string };
    const value = await system.vault.seal(subject, '张三');
    expect(await system.vault.open(value)).toBe('张三');
    const elsewhere = await createVault(system.keyStore);
    await elsewhere.erase(subject);
    expect(await system.vault.open(value)).toBe('张三');
    await system.events.append(erasureStream(erasureId), -1, [newFact('erased', fact)]);
    expect(await system.vault.open(value)).toBeUndefined();
  } finally {
    await system.close();
  }
});

/** The sample for trusted systems: each event at least once, from where the group has come to, whatever ends between. */
import { describe, expect, it } from 'vitest';
import { followBeside } from '../../infra/integrators/beside.js';
import { append, eventually, ids, wired } from '../support/eventstoredb/wiring.ts';

const wire = wired();

const follow = (onEvent: (event: { readonly id: string }) => unknown) =>
  followBeside({ url: wire.server.url, group: 'beside', namespace: 'test', onEvent });

describe('a trusted system beside this one', () => {
  it('given events before and after it comes, then each of the installation in order, and of no other', async () => {
    const appended = [...(await append(wire.store, 5))];
    const seen: { readonly id: string }[] = [];
    const { end } = await follow(event => seen.push(event));
    appended.push(...(await append(wire.store, 5)));
    await eventually(() => expect(ids(seen)).toEqual(ids(appended)));
    const [first] = appended;
    expect(seen[0]).toMatchObject({ type: first?.type, stream: first?.streamId, data: first?.data, meta: first?.meta });
    await end();
  });

  it('given it ends and comes again, then what follows; given it fails on one, then that one again', async () => {
    const before = await append(wire.store, 3);
    const first: { readonly id: string }[] = [];
    const { end } = await follow(event => first.push(event));
    await eventually(() => expect(ids(first)).toEqual(ids(before)));
    await end();
    const after = await append(wire.store, 2);
    const failing = await follow(() => {
      throw new Error('it cannot take this');
    });
    await expect(failing.done).rejects.toThrow('it cannot take this');
    const again: { readonly id: string }[] = [];
    const following = await follow(event => again.push(event));
    await eventually(() => expect(ids(again)).toEqual(ids(after)));
    await following.end();
  });

  it('given the server breaks off, then it is told so', async () => {
    const { done } = await follow(() => undefined);
    const broken = expect(done).rejects.toThrow();
    await wire.server.stop();
    await broken;
    await wire.server.resume();
  });
});

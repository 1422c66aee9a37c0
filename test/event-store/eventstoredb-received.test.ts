/** What a process has recorded itself comes back to it without being read from its texts again. */
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { eventually, wired } from '../support/eventstoredb/wiring.ts';
import { newEvent, stream } from '../support/log.ts';

const wire = wired();

it('its own events are delivered, and read, with the values that they were made from', async () => {
  const delivered: RecordedEvent[] = [];
  wire.store.onAppend(events => delivered.push(...events));
  const own = [newEvent('first'), newEvent('second')];
  await wire.store.append(stream('own'), NO_STREAM, own);
  await eventually(() => expect(delivered).toHaveLength(2));
  expect(delivered.map(({ data, revision }) => ({ data, revision }))).toEqual([
    { data: own[0]?.data, revision: 0 },
    { data: own[1]?.data, revision: 1 },
  ]);
  for (const events of [delivered, await wire.store.readStream(stream('own'), NO_STREAM)])
    expect(events.map(({ data }) => own.findIndex(event => event.data === data))).toEqual([0, 1]);
});

it('what stands in the log under their id in other texts is what the log says', async () => {
  const another = await wire.open();
  const event = newEvent('recorded');
  await another.append(stream('shared'), NO_STREAM, [event]);
  // A server takes an event for one that it has by its id alone.
  await wire.store.append(stream('shared'), NO_STREAM, [{ ...event, data: newEvent('repeated').data }]);
  expect(await wire.store.readStream(stream('shared'), NO_STREAM)).toMatchObject([{ data: event.data }]);
  await another.close();
});

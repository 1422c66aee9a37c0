/** What a third party is entrusted with: commands, its reading and the reports go by one fold (art-05 （二）, D-8, D-51). */

import { describe, expect, it } from 'vitest';
import type { EntrustmentEvent } from '../../events/entrustment.ts';
import type { Actor } from '../../events/envelope.ts';
import { CLERICAL_WORK, covers, isInTerm, mandate, mayReadFor } from '../../events/rules/mandate.ts';
import { isEntrusted, readsForMandate } from '../../projections/mandates.ts';
import { entrustments } from '../../projections/registry/entrustments.ts';
import { Mandates } from '../../projections/report/roles.ts';
import { commandRoutes } from '../../services/routes.ts';
import { control } from '../support/controls.ts';
import { logOf, readerOf, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const { entrustmentId } = control('third-party.entrusted').data as { readonly entrustmentId: string };
const THIRD_PARTY = { accountId: 'tpo.wu', role: 'TPO', orgId: entrustmentId } as Actor;
const FIRST = control('third-party.entrusted').data as { readonly from: string; readonly lastDay: string };

const day = fc.integer({ min: 1, max: 28 }).map(at => `2024-06-${String(at).padStart(2, '0')}`);
const scope = fc.subarray(['RunSimilarityCheck', 'OpenApplications', 'RegisterUnit'], { minLength: 1 });
const life = fc
  .record({
    from: day,
    lastDay: day,
    scope,
    changes: fc.array(fc.tuple(day, scope), { maxLength: 3 }),
    ended: fc.option(day),
  })
  .map(({ from, lastDay, scope: given, changes, ended }) =>
    logOf([
      told('third-party.capability-verified'),
      told('third-party.entrusted', { from, lastDay, scope: given }),
      ...changes.map(([on, commands]) => told('entrustment.scope-changed', { from: on, scope: commands })),
      // An entrustment is only ever shortened.
      ...(ended === null || ended > lastDay ? [] : [told('entrustment.terminated', { lastDay: ended })]),
    ]),
  );

describe('第五条（二） the mandate of a third party', () => {
  it('given any life of an entrustment, then it reads, and is reported, by what its commands are checked against', () =>
    fc.assert(
      fc.asyncProperty(life, day, async (events, date) => {
        const held = (events as EntrustmentEvent[]).reduce(mandate.evolve, mandate.initial);
        const reader = readerOf([entrustments], { events, now: `${date}T02:00:00.000Z` });
        expect(await isEntrusted(reader, THIRD_PARTY)).toBe(isInTerm(held, date));
        expect(await readsForMandate(reader, THIRD_PARTY, 'case-file')).toBe(mayReadFor(held, 'case-file', date));
        const mandates = new Mandates();
        for (const event of events) mandates.take(event as EntrustmentEvent);
        for (const [command, { records }] of Object.entries(CLERICAL_WORK)) {
          const faults = records.map(type => mandates.fault(entrustmentId, type, date));
          expect(faults.every(fault => fault === undefined)).toBe(covers(held, command, date));
        }
      }),
    ));

  it('given nothing, then nothing is covered, and others are no third party', async () => {
    const reader = readerOf([entrustments], { events: [], now: `${FIRST.from}T02:00:00.000Z` });
    expect(await isEntrusted(reader, THIRD_PARTY)).toBe(false);
    const entrusted = readerOf([entrustments], {
      events: logOf([told('third-party.capability-verified'), told('third-party.entrusted')]),
      now: `${FIRST.lastDay}T02:00:00.000Z`,
    });
    expect(await isEntrusted(entrusted, THIRD_PARTY)).toBe(true);
    expect(await isEntrusted(entrusted, { ...THIRD_PARTY, role: 'UNIT' })).toBe(false);
    expect(await isEntrusted(entrusted, undefined)).toBe(false);
  });

  it('names commands that there are, what they are called and what they record, none of which a third party may send of itself', () => {
    for (const [name, { title, records }] of Object.entries(CLERICAL_WORK)) {
      const [route] = commandRoutes.filter(({ command }) => command.name === name);
      expect(route?.command.title, name).toBe(title);
      expect(route?.command.records.map(({ type }) => type).sort(), name).toEqual([...records].sort());
      expect(route?.command.allow, name).toContain('MSR');
      expect(route?.command.allow, name).not.toContain('TPO');
    }
  });
});

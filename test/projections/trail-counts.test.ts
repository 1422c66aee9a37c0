/** The counts of the trail: what is counted as it comes says what counting the entries says. */
import { describe, expect, it } from 'vitest';
import type { LegalBasis } from '../../events/envelope.ts';
import { REGULATION } from '../../events/statute.ts';
import { trailCounts } from '../../projections/trail/counts.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const twice: LegalBasis[] = ['（一）', '（二）'].map(item => ({ doc: REGULATION, article: 'art-12', item }));
const log = logOf([
  told('programme.opened'),
  told('work-plan.published', {}, { about: { year: 2024 } }),
  told('application.submitted', {}, { about: ABOUT }),
  told('visit.recorded', {}, { about: ABOUT }),
]).map(event => (event.type === 'visit.recorded' ? { ...event, meta: { ...event.meta, basis: twice } } : event));
const reader = readerOf([trailEntries, trailCounts], { events: log });
const counted = (input: object) => ask(queries, 'CountTrail', input, MSR, reader);

describe('the counts of the trail', () => {
  it('given no choice or one, then they are those of the entries that it leads to, the same as when they are counted one by one', async () => {
    const choices = [{}, { year: '2024' }, { unit: ABOUT.uscc }, { article: 'art-12' }, { role: 'MSR' }];
    for (const choice of choices) {
      const oneByOne = await counted({ ...choice, from: '2000-01-01T00:00:00.000Z' });
      expect(await counted(choice), JSON.stringify(choice)).toEqual(oneByOne);
    }
    expect(await counted({})).toMatchObject({ counted: 4, bounded: false });
  });

  it('given an entry that rests on two items of an article, then it counts once', async () => {
    expect(await counted({ action: 'visit.recorded' })).toMatchObject({
      counted: 1,
      article: [{ value: 'art-12', count: 1 }],
    });
  });

  it('given a choice that leads nowhere, then nothing is counted', async () => {
    expect(await counted({ person: 'nobody' })).toMatchObject({ counted: 0, bounded: false, article: [] });
  });

  it('given an event for the supervising body alone, then it is in no count', () => {
    const [first] = log;
    const closed = log.map(event =>
      event === first ? { ...event, meta: { ...event.meta, visibility: 'case-only' as const } } : event,
    );
    expect(rowsOf(trailCounts, closed).get('all')).toMatchObject({ entries: 3 });
  });
});

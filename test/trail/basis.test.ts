/** A recorded fact never breaks the trail, whatever it cites. */
import { describe, expect, it } from 'vitest';
import type { LegalBasis, RecordedEvent } from '../../events/envelope.ts';
import { trailNames } from '../../projections/names.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import type { TrailEntry } from '../../projections/trail/query.ts';
import { ask, logOf, readerOf, told } from '../support/fold.ts';

const SUPERVISOR = { accountId: 'sup.li', role: 'SUP', orgId: 'sup' } as never;

/** The entry of a fact that cites what is given, as nobody could record it through the API. */
async function entryCiting(article: string): Promise<TrailEntry | undefined> {
  const basis = [{ doc: '津政办规〔2023〕12号', article, item: '（二）' } as unknown as LegalBasis];
  const events = logOf([told('unit.registered')]).map(
    (event): RecordedEvent => ({ ...event, meta: { ...event.meta, basis } }),
  );
  const reader = readerOf([trailEntries, trailNames], { events });
  const { items } = (await ask(queries, 'ReadTrail', {}, SUPERVISOR, reader)) as { items: TrailEntry[] };
  return items[0];
}

describe('监督轨迹所引依据', () => {
  it('印发文本中的条款以其名称示出', async () => {
    expect((await entryCiting('art-12'))?.basis).toEqual(['第十二条（二）']);
  });

  it.each([
    ['art-11', 'art-11（印发文本没有第十一条，不得引用）'],
    ['art-17', 'art-17（第十七条印了两次，请引用 art-17a 或 art-17b）'],
    ['art-99', 'art-99（没有条款 art-99）'],
  ])('所引条款 %s 不存在的照原样示出并注明，不使轨迹中断', async (article, label) => {
    const entry = await entryCiting(article);
    expect(entry?.basis).toEqual([label]);
    expect(entry?.sentence).toMatch(/，依据art-\d+（.+）$/);
  });
});

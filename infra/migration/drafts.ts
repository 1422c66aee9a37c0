/** Forms that were begun: working papers, yet whoever has typed them must not type them again because the service has moved. */
import type { DraftStore } from '../drafts/draft-store.ts';
import type { SqliteDrafts } from '../drafts/sqlite-drafts.ts';

/** Copies drafts as they are, sealed under keys that move too, and which forms are over; how many drafts. Can be repeated. */
export async function copyDrafts(source: Pick<SqliteDrafts, 'everything'>, target: DraftStore): Promise<number> {
  const { drafts, over } = await source.everything();
  // Which showing of its form a draft was typed into is known again once it is saved again.
  for (const draft of drafts) await target.keep({ ...draft, form: '' }, Number.MAX_SAFE_INTEGER);
  for (const { form, at } of over) await target.discard('', { over: form, at });
  return drafts.length;
}

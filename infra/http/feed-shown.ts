/** What readers of a feed are shown of material is put on record (art-26). */
import { materialIn, ownedIn } from '../../events/rules/material.ts';
import type { Openings, RecordAccess } from '../compose/access.ts';
import type { FeedEvent } from './feed-sources.ts';
import type { RequestContext } from './request-context.ts';

/** In the place of an event that cannot be read nothing of it is shown. */
export function noteShown(events: readonly FeedEvent[], openings: Openings): void {
  for (const shown of events) {
    const material = materialIn(shown.kind);
    if (!material) continue;
    const { event, about = {} } = shown;
    for (const owned of ownedIn({ data: event.data, about })) openings.add(material, owned);
  }
}

/** What events hold of material is put on record before they are handed out (art-26). */
export async function recordShown(
  context: RequestContext,
  via: string,
  openings: Openings,
  { recordAccess }: { readonly recordAccess: RecordAccess },
): Promise<void> {
  const { caller } = context;
  const opened = openings.take();
  if (caller && opened.length > 0) await recordAccess({ ...context, actor: caller.actor }, via, opened);
}

/**
 * What the reader of a bundle is told of an event: what the feed and the supervision trail tell him, and no more. Those who
 * oversee get the texts of what they see in the log, and the record of what the trail tells them without its content;
 * everybody else gets of a public event its record, and its data where the public feed tells them whole.
 */
import type { Actor, RecordedEvent } from '../../../events/envelope.ts';
import { type ToldEvent, toldToAll } from '../../../projections/feed/told-events.ts';
import { isCaseOnly } from '../../../projections/projection.ts';
import { oversees } from '../../../projections/query.ts';
import { seesInLog } from '../../http/feed-sources.ts';

/** One of those who oversee, with all accounts of the person; undefined for everybody else. */
export type BundleReader = { readonly caller: Actor; readonly accounts: ReadonlySet<string> } | undefined;

/** Which parts of an event are told, beside its record. */
export interface Told {
  readonly data: boolean;
  readonly meta: boolean;
  /** What the public is told of it; undefined where the reader oversees. */
  readonly shown?: ToldEvent;
}

/** How the manifest names the reader. */
export function nameOfReader(reader: BundleReader): 'public' | 'MSR' | 'SUP' {
  return reader ? (reader.caller.role as 'MSR' | 'SUP') : 'public';
}

/** The reader that a caller is; `accounts` are those of the person behind him. */
export function readerFor(caller: Actor | undefined, accounts: ReadonlySet<string>): BundleReader {
  return caller && oversees(caller) ? { caller, accounts } : undefined;
}

/** Undefined where he learns no more than that there is an event. */
export function toldTo(reader: BundleReader, event: RecordedEvent): Told | undefined {
  return reader ? toldToOverseer(reader, event) : toldToPublic(event);
}

function toldToOverseer({ caller, accounts }: NonNullable<BundleReader>, event: RecordedEvent): Told | undefined {
  const fault = event.fault?.of;
  // Nothing is repeated of what cannot be read, as in the feed.
  if (seesInLog(caller, event, accounts)) return { data: fault !== 'data' && fault !== 'meta', meta: fault !== 'meta' };
  return fault === 'meta' || isCaseOnly(event) ? undefined : { data: false, meta: false };
}

function toldToPublic(event: RecordedEvent): Told | undefined {
  const shown = toldToAll(event);
  // The text is told when it says byte for byte what the feed says: nothing in it was left out or came otherwise.
  return shown && { data: event.dataText === JSON.stringify(shown.data), meta: false, shown };
}

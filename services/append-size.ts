/** How much one append may hold: the same on every engine, so that a log that one of them took fits the others. */
import { AppendTooLarge, type NewEvent } from './ports.ts';

/** The texts of an event as they are stored. */
export interface EventTexts {
  readonly dataText: string;
  readonly metaText: string;
}

/** An event with its texts, made once. */
export function withTexts(event: NewEvent): NewEvent & EventTexts {
  return { ...event, dataText: JSON.stringify(event.data), metaText: JSON.stringify(event.meta) };
}

/** Bytes an event for its id, its type and what an engine writes around its texts. */
const ALLOWANCE = 512;

/**
 * Bytes of one append: the UTF-8 of the data and of the metadata of all its events, and {@link ALLOWANCE} for each.
 * Servers refuse appends above 1 MiB (1,048,576 bytes) by a count of their own records; this lies an eighth below it.
 */
export const MAX_APPEND_BYTES = 896 * 1024;

/** What an event adds to its append, in bytes as {@link MAX_APPEND_BYTES} counts them. */
export function eventSize({ dataText, metaText }: EventTexts): number {
  return Buffer.byteLength(dataText) + Buffer.byteLength(metaText) + ALLOWANCE;
}

/** A unit of text has three bytes of UTF-8 at most: quicker than to count them. */
function atMost(events: readonly EventTexts[]): number {
  return events.reduce((sum, { dataText, metaText }) => sum + 3 * (dataText.length + metaText.length) + ALLOWANCE, 0);
}

/** Throws {@link AppendTooLarge} for what no engine would take. */
export function refuseTooLarge(events: readonly EventTexts[]): void {
  if (atMost(events) <= MAX_APPEND_BYTES) return;
  const size = events.reduce((sum, event) => sum + eventSize(event), 0);
  if (size > MAX_APPEND_BYTES) throw new AppendTooLarge(size, MAX_APPEND_BYTES);
}

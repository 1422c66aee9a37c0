/**
 * Says in the schemas of what is asked and sent what the code has besides: the bounds of dates (events/input-bounds.ts), and
 * expressions in a form that every program reads. What is answered has no such bounds.
 */
import type { ApiDocument } from './document-words.ts';
import { partsOf, type SchemaNode } from './schema-places.ts';

/** The years that a date may lie in, as far as an expression tells it: whole years within the bounds. */
const YEAR = String.raw`(?:19[5-9]\d|2[01]\d\d)`;
const LEAP_YEAR = '(?:19(?:5[26]|[68][048]|[79][26])|2000|2[01](?:0[48]|[2468][048]|[13579][26]))';
/** As zod writes any year, before the day that leap years alone have and before every other. */
const ANY_LEAP_YEAR = String.raw`(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29`;
const ANY_YEAR = String.raw`\d{4}-(?:`;

/** The blocks that Han characters of titles stand in: not every program knows scripts by their names. */
const HAN = String.raw`[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]`;

/** Bounds every parameter and every body of the document, in place. */
export function boundRequests({ paths }: ApiDocument): void {
  for (const { parameters = [], requestBody } of Object.values(paths).flatMap(path => Object.values(path))) {
    for (const { schema } of parameters) bound(schema);
    for (const { schema } of Object.values(requestBody?.content ?? {})) if (schema) bound(schema);
  }
}

function bound(node: SchemaNode): void {
  if (node.pattern !== undefined) {
    node.pattern = node.pattern.replaceAll(String.raw`\p{Script=Han}`, HAN);
    const [before, after] = node.pattern.split(ANY_LEAP_YEAR);
    if (after !== undefined) node.pattern = `${before}${LEAP_YEAR}-02-29${after.replace(ANY_YEAR, `${YEAR}-(?:`)}`;
  }
  for (const part of partsOf(node)) bound(part);
  for (const field of Object.values(node.properties ?? {})) bound(field);
}

/** What a CloudEvent 1.0 says of an event, whoever reads it and wherever the service stands. */
import type { About } from '../../events/envelope.ts';
import type { ArticleId } from '../../events/statute.ts';

/** Types begin with the name of who defines them, from the right (CloudEvents 1.0, type). */
const DEFINED_BY = 'cn.gov.tj.gongguan.';

/** The type of a kind of event outside. */
export function cloudEventType(kind: string): string {
  return `${DEFINED_BY}${kind}`;
}

/** The kind that a type names, with or without the name of who defines it. */
export function kindNamed(type: string): string {
  return type.startsWith(DEFINED_BY) ? type.slice(DEFINED_BY.length) : type;
}

/** Names of extension attributes are lower-case letters, as CloudEvents want them. */
export interface SubjectAttributes {
  articles?: string | undefined;
  year?: number | undefined;
  project?: string | undefined;
  unit?: string | undefined;
  body?: string | undefined;
}

/** One by one: a feed makes thousands of events, and an object that is spread together takes ten times as long. */
export function addSubject(event: SubjectAttributes, about: About, articles: readonly ArticleId[]): void {
  if (articles.length > 0) event.articles = articles.join(' ');
  if (about.year !== undefined) event.year = about.year;
  if (about.projectId !== undefined) event.project = about.projectId;
  if (about.uscc !== undefined) event.unit = about.uscc;
  if (about.bodyId !== undefined) event.body = about.bodyId;
}

/** What a command rests on, for whoever is about to send it. */
import type { ArticleId } from '../../events/statute.ts';
import type { AnyCommand } from '../../services/command.ts';

/** The articles that what a command records rests on; none where it is of the work plan or a rule of the house. */
export function articlesOf({ records }: AnyCommand): readonly ArticleId[] {
  return [...new Set(records.flatMap(({ basis }) => ('article' in basis ? [basis.article] : [])))];
}

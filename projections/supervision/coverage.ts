/** R-S7: which articles have been acted on in a year, by all or by one body, and in which phases each project has acts (art-02). */

import { z } from 'zod';
import { PHASES, RECOMMENDING_ROLES, type RecordedEvent, type Role, STATUTORY_PHASES } from '../../events/envelope.ts';
import { yearOf } from '../../events/rules/years.ts';
import { ARTICLE_IDS, ARTICLES, articleLabel } from '../../events/statute.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { all } from '../query.ts';

const coverageRowSchema = z.strictObject({
  year: z.int(),
  /** `*` for all, or the recommending body that acted. */
  scope: z.string(),
  kind: z.enum(['article', 'phase']),
  /** Article id or phase. */
  of: z.string(),
  acts: z.int(),
  firstAt: instantSchema,
  lastAt: instantSchema,
});
type CoverageRow = z.infer<typeof coverageRowSchema>;

/** No body has this id. */
const ALL = '*';

function subjectsOf({ meta }: RecordedEvent): string[] {
  const articles = meta.basis.flatMap(basis => ('article' in basis ? [`article/${basis.article}`] : []));
  return [...new Set(articles), `phase/${meta.phase}`];
}

function scopesOf({ meta: { actor } }: RecordedEvent): string[] {
  return (RECOMMENDING_ROLES as readonly Role[]).includes(actor.role) ? [ALL, actor.orgId] : [ALL];
}

export const coverage = projection<CoverageRow>({
  name: 'coverage',
  version: 2,
  question: '各年度各条款、各环节有多少行为 (How many acts does each article and phase have in each year?)',
  material: { none: '只有行为件数 (counts)' },
  indexes: [{ fields: ['year', 'scope', 'kind'] }],
  handlers: [],
  every: {
    rowIds: event =>
      isCaseOnly(event)
        ? []
        : scopesOf(event).flatMap(scope => subjectsOf(event).map(subject => `${yearOf(event)}/${scope}/${subject}`)),
    evolve(row, event, key) {
      const [, scope = ALL, kind, of = ''] = key.split('/');
      const at = event.meta.effectiveAt;
      return {
        year: yearOf(event),
        scope,
        kind: kind === 'article' ? 'article' : 'phase',
        of,
        acts: (row?.acts ?? 0) + 1,
        firstAt: row && row.firstAt < at ? row.firstAt : at,
        lastAt: row && row.lastAt > at ? row.lastAt : at,
      };
    },
  },
});

const countedSchema = z.strictObject({
  acts: z.int(),
  firstAt: instantSchema.optional(),
  lastAt: instantSchema.optional(),
});

export const articleCoverageSchema = z.strictObject({
  year: z.int(),
  scope: z.string(),
  articles: z.array(
    z.strictObject({ id: z.enum(ARTICLE_IDS), label: z.string(), subject: z.string(), ...countedSchema.shape }),
  ),
  /** Without an act yet. */
  untouched: z.array(z.enum(ARTICLE_IDS)),
  phases: z.array(z.strictObject({ phase: z.enum(PHASES), statutory: z.boolean(), ...countedSchema.shape })),
});

function counted(rows: readonly CoverageRow[], of: string): z.infer<typeof countedSchema> {
  const row = rows.find(candidate => candidate.of === of);
  return row ? { acts: row.acts, firstAt: row.firstAt, lastAt: row.lastAt } : { acts: 0 };
}

/** All 27 articles and all phases, those without an act included. */
export async function articleCoverageOf(
  reader: Reader,
  year: number,
  bodyId: string | undefined,
): Promise<z.infer<typeof articleCoverageSchema>> {
  const scope = bodyId ?? ALL;
  const [byArticle, byPhase] = await Promise.all([
    all(reader, coverage, { year, scope, kind: 'article' }),
    all(reader, coverage, { year, scope, kind: 'phase' }),
  ]);
  const articles = ARTICLES.map(({ id, subject }) => ({
    id,
    label: articleLabel(id),
    subject,
    ...counted(byArticle, id),
  }));
  return {
    year,
    scope,
    articles,
    untouched: articles.filter(({ acts }) => acts === 0).map(({ id }) => id),
    phases: PHASES.map(phase => ({
      phase,
      statutory: (STATUTORY_PHASES as readonly string[]).includes(phase),
      ...counted(byPhase, phase),
    })),
  };
}

export const matrixRowSchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  uscc: z.string().optional(),
  bodyId: z.string().optional(),
  /** Acts by phase; a phase without an act is absent. */
  phases: z.partialRecord(z.enum(PHASES), z.int()),
});
export type MatrixRow = z.infer<typeof matrixRowSchema>;

export const phaseMatrix = projection<MatrixRow>({
  name: 'phase-matrix',
  version: 2,
  question: '每个项目在各环节有多少行为 (In which phases does each project have acts?)',
  material: { none: '只有行为件数 (counts)' },
  indexes: [{ fields: ['year'] }],
  handlers: [],
  every: {
    rowIds: event =>
      event.meta.about.projectId === undefined || isCaseOnly(event) ? [] : [event.meta.about.projectId],
    evolve(row, event, projectId) {
      const { about, phase } = event.meta;
      const { uscc = row?.uscc, bodyId = row?.bodyId } = about;
      return {
        projectId,
        year: row?.year ?? yearOf(event),
        ...(uscc !== undefined && { uscc }),
        ...(bodyId !== undefined && { bodyId }),
        phases: { ...row?.phases, [phase]: (row?.phases[phase] ?? 0) + 1 },
      };
    },
  },
});

export function phaseMatrixOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(phaseMatrix, { where: { year }, ...page });
}

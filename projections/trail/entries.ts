/** The supervision trail (R-S1): one entry an event, found by person, organisation, project, unit, body, article, action, year. */
import { z } from 'zod';
import {
  aboutSchema,
  actorSchema,
  deviationSchema,
  evidenceSchema,
  type LegalBasis,
  legalBasisSchema,
  type RecordedEvent,
} from '../../events/envelope.ts';
import { type Sealed, sealedSchema } from '../../events/personal.ts';
import { yearsOf } from '../../events/rules/years.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { PERSON, phraseOf } from './sentences.ts';

export const trailRowSchema = z.strictObject({
  position: z.string(),
  /** The position as a number, to order by. */
  seq: z.number(),
  eventId: z.string(),
  stream: z.string(),
  revision: z.number(),
  type: z.string(),
  recordedAt: z.string(),
  effectiveAt: z.string(),
  backdated: z.boolean(),
  /** The command that it was recorded by, and the one by which that was made necessary. */
  commandId: z.string(),
  causationId: z.string().optional(),
  correlationId: z.string(),
  actor: actorSchema,
  basis: z.array(legalBasisSchema),
  phase: z.string(),
  planVersion: z.number().optional(),
  about: aboutSchema,
  /** The person that the phrase names. */
  person: sealedSchema.optional(),
  phrase: z.string(),
  reason: z.string().optional(),
  evidence: z.array(evidenceSchema).optional(),
  deviations: z.array(deviationSchema).optional(),
  facets: z.array(z.string()),
});
export type TrailRow = z.infer<typeof trailRowSchema>;

export const trailEntries = projection<TrailRow>({
  name: 'trail',
  version: 7,
  question: '谁在何时依据哪一条做了什么 (who did what, when, under which article)',
  appendOnly: true,
  material: { none: '只说谁做了什么，不说材料写了什么 (that something was handed in, not what it says)' },
  indexes: [{ each: 'facets', orderedBy: 'seq' }, { fields: ['recordedAt', 'seq'] }],
  handlers: [],
  every: {
    rowIds: event => (isCaseOnly(event) ? [] : [event.position]),
    evolve: (_row, event) => entryOf(event),
  },
});

/** The entry of an event. */
export function entryOf(event: RecordedEvent): TrailRow {
  const { meta } = event;
  const data = event.data as Readonly<Record<string, unknown>>;
  const phrase = phraseOf(event.type, data, meta.actor.role);
  return {
    position: event.position,
    seq: Number(event.position),
    eventId: event.id,
    stream: event.streamId,
    revision: event.revision,
    type: event.type,
    recordedAt: meta.recordedAt,
    effectiveAt: meta.effectiveAt,
    backdated: meta.backdated ?? false,
    commandId: meta.commandId,
    ...(meta.causationId !== undefined && { causationId: meta.causationId }),
    correlationId: meta.correlationId,
    actor: meta.actor,
    basis: meta.basis,
    phase: meta.phase,
    ...(meta.planVersion !== undefined && { planVersion: meta.planVersion }),
    about: meta.about,
    ...(phrase.includes(PERSON) && data.person !== undefined && { person: data.person as Sealed }),
    phrase,
    ...(meta.reason !== undefined && { reason: meta.reason }),
    ...(meta.evidence && { evidence: meta.evidence }),
    ...(meta.deviations && { deviations: meta.deviations }),
    facets: facetsOf(event),
  };
}

/** What the entry is found by, as `kind:value`. */
export function facetsOf(event: RecordedEvent): string[] {
  const { type, meta, data } = event;
  const { actor, about } = meta;
  const concerned = about.accountId ?? (data as { readonly accountId?: string }).accountId;
  const facets = [
    `person:${actor.accountId}`,
    `organisation:${actor.orgId}`,
    `role:${actor.role}`,
    `action:${type}`,
    `stream:${event.streamId}`,
    `correlation:${meta.correlationId}`,
  ];
  for (const basis of meta.basis) facets.push(...basisFacets(basis));
  if (about.projectId) facets.push(`project:${about.projectId}`);
  if (about.uscc) facets.push(`unit:${about.uscc}`);
  if (about.bodyId) facets.push(`body:${about.bodyId}`);
  if (concerned) facets.push(`concerns:${concerned}`);
  for (const year of yearsOf(event)) facets.push(`year:${year}`);
  if (meta.deviations?.length) facets.push('flag:deviation');
  if (meta.backdated) facets.push('flag:backdated');
  if (actor.actedAs) facets.push('flag:acted-as');
  return facets;
}

function basisFacets(basis: LegalBasis): readonly string[] {
  if ('article' in basis) return [`article:${basis.article}`];
  return ['plan' in basis ? `plan:${basis.plan}` : `house-rule:${basis.houseRule}`];
}

/** Old wire shapes to today's: one named function a change. The log is never rewritten; readers pass through here. */

/** Turns the data of one schema version into that of the next. */
export type Upcaster = (data: unknown) => unknown;

/** Keyed by `type@version`, the version being the one that is read. */
export type Upcasters = Readonly<Record<string, Upcaster>>;

/** Nobody was asked who he is: the identity stays unstated, which the new shape allows. */
const identityNotStated: Upcaster = data => data;

/** One more rule can be named; the old ones are named as before. */
const ruleAsBefore: Upcaster = data => data;

/** Fields were not weighed one by one: how alike each is stays unsaid, which the new shape allows. */
const fieldsNotWeighed: Upcaster = data => data;

/** All that was scored before the standard told its arithmetic was scored by the first one. */
const firstArithmetic: Upcaster = data => ({ ...(data as object), algorithm: 'weighted-mean/1' });

/** Nobody was asked where the unit is registered: the address stays unstated, which the new shape allows. */
const addressNotStated: Upcaster = data => data;

export const upcasters: Upcasters = {
  'account.registered@1': identityNotStated,
  'conflict.detected@1': ruleAsBefore,
  'expert.admitted@1': identityNotStated,
  'similarity.checked@1': fieldsNotWeighed,
  'unit.registered@1': addressNotStated,
  'supplement.requested@1': withoutNotices,
  'public-notice.opened@1': withoutNotices,
  'evaluation-standard.issued@1': firstArithmetic,
  'material.accessed@1': openedOneObject,
  'project-plan.published@1': projectsOfList,
  'project-plan.amended@1': projectsOfList,
  'excellent-results.published@1': projectsOfList,
};

/** Days fixed before the notices were named: by which they had been counted is not on record. */
function withoutNotices(data: unknown): unknown {
  return { ...(data as object), countedBy: [] };
}

/** At first an event told of one object: a file, or the case file of a project, which was named twice. */
function openedOneObject(data: unknown): unknown {
  const { objectId, projectId: _same, units, ...access } = data as Readonly<Record<string, unknown>>;
  return { ...access, objects: [{ objectId, units }] };
}

/** Lists held the text of their entries, which stands where each was listed or recognised and is pinned by the hash. */
function projectsOfList(data: unknown): unknown {
  const { list, ...publication } = data as { readonly list: readonly { readonly projectId: string }[] };
  return { ...publication, projects: list.map(({ projectId }) => projectId) };
}

/** Lifts data step by step until no upcaster applies. */
export function upcast(type: string, version: number, data: unknown, steps: Upcasters = upcasters): unknown {
  let current = data;
  for (let at = version; ; at += 1) {
    const step = steps[`${type}@${at}`];
    if (!step) return current;
    current = step(current);
  }
}

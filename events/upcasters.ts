/** Old wire shapes to today's: one named function a change. The log is never rewritten; readers pass through here. */

/** Turns the data of one schema version into that of the next. */
type Upcaster = (data: unknown) => unknown;

/** What became of a shape: told to those who read the catalogue, and done to what was recorded before. */
export interface ShapeChange {
  readonly zh: string;
  readonly en: string;
  readonly lift: Upcaster;
}

/** Keyed by `type@version`, the version being the one that is read. */
type ShapeChanges = Readonly<Record<string, ShapeChange>>;

const identityNotStated: ShapeChange = {
  zh: '增加可选的身份说明；以前的未作说明',
  en: 'An identity may be stated; before, nobody was asked for one',
  lift: unchanged,
};

const ruleAsBefore: ShapeChange = {
  zh: '可列举的规则增加一项；以前的照旧',
  en: 'One more rule can be named; the old ones are named as before',
  lift: unchanged,
};

const fieldsNotWeighed: ShapeChange = {
  zh: '增加逐项的相似程度；以前的未逐项比较',
  en: 'How alike each field is can be told; before, fields were not weighed one by one',
  lift: unchanged,
};

const firstArithmetic: ShapeChange = {
  zh: '写明计算方法；以前的均按加权平均（weighted-mean/1）',
  en: 'The arithmetic is named; all before was scored by weighted-mean/1',
  lift: data => ({ ...(data as object), algorithm: 'weighted-mean/1' }),
};

const addressNotStated: ShapeChange = {
  zh: '增加可选的登记住所；以前的未作说明',
  en: 'An address may be stated; before, nobody was asked where the unit is registered',
  lift: unchanged,
};

const countedByNotices: ShapeChange = {
  zh: '写明计算工作日所依据的放假通知；以前的未记录依据',
  en: 'The holiday notices by which days were counted are named; by which they had been counted before is not on record',
  lift: data => ({ ...(data as object), countedBy: [] }),
};

const severalObjects: ShapeChange = {
  zh: '一个事件可记多件材料；以前的只记一件',
  en: 'An event tells of several objects; before, of one file, or of the case file of a project, which was named twice',
  lift: openedOneObject,
};

const projectsById: ShapeChange = {
  zh: '名单只列项目编号，内容以列入或者认定时的记录为准；以前的名单带有全文',
  en: 'Lists name their projects by id; they held the text of entries, which stands where each was listed or recognised',
  lift: projectsOfList,
};

export const shapeChanges: ShapeChanges = {
  'account.registered@1': identityNotStated,
  'conflict.detected@1': ruleAsBefore,
  'expert.admitted@1': identityNotStated,
  'similarity.checked@1': fieldsNotWeighed,
  'unit.registered@1': addressNotStated,
  'supplement.requested@1': countedByNotices,
  'public-notice.opened@1': countedByNotices,
  'evaluation-standard.issued@1': firstArithmetic,
  'material.accessed@1': severalObjects,
  'project-plan.published@1': projectsById,
  'project-plan.amended@1': projectsById,
  'excellent-results.published@1': projectsById,
};

/** The new shape allows what the old one did. */
function unchanged(data: unknown): unknown {
  return data;
}

function openedOneObject(data: unknown): unknown {
  const { objectId, projectId: _same, units, ...access } = data as Readonly<Record<string, unknown>>;
  return { ...access, objects: [{ objectId, units }] };
}

/** The text that lists held is pinned by the hash. */
function projectsOfList(data: unknown): unknown {
  const { list, ...publication } = data as { readonly list: readonly { readonly projectId: string }[] };
  return { ...publication, projects: list.map(({ projectId }) => projectId) };
}

/** Lifts data step by step until no change applies. */
export function upcast(type: string, version: number, data: unknown, changes: ShapeChanges = shapeChanges): unknown {
  let current = data;
  for (let at = version; ; at += 1) {
    const change = changes[`${type}@${at}`];
    if (!change) return current;
    current = change.lift(current);
  }
}

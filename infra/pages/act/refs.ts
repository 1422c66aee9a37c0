/** Things that fields name: found by what people call them, shown by their names, through the queries the reader may ask. */
import type { Role } from '../../../events/envelope.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import { Problem } from '../../http/problem.ts';
import type { Asking } from '../page.ts';
import { minute, panelName } from '../parts/format.ts';
import type { FieldChoice, NamedThing } from './choices/choice.ts';
import { thingsToChoose } from './choices.ts';
import type { Field } from './fields.ts';
import { isMadeId } from './made-ids.ts';
import type { Typed } from './typed.ts';

interface Source {
  /** Who may look for such a thing; everybody unless told. */
  readonly roles?: readonly Role[];
  find(text: string, ask: Asking['ask']): Promise<readonly NamedThing[]>;
}

type Row = Readonly<Record<string, string | undefined>>;
interface Answered {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** Shown of what was found; whoever finds more says more of the name. */
const SHOWN = 20;
const PAGES = 10;

/** Reads a list to its end, for those that no query searches. */
function listed(query: string, id: string, nameOf: (row: Row) => string): Source['find'] {
  return async (text, ask) => {
    const found: NamedThing[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const { items, next } = await ask<Answered>(query, { limit: '500', ...(cursor !== undefined && { cursor }) });
      for (const row of items) {
        const thing = { id: row[id] ?? '', name: nameOf(row) };
        if (thing.id === text || thing.name.includes(text)) found.push(thing);
      }
      if (next === undefined || found.length > SHOWN) break;
      cursor = next;
    }
    return found;
  };
}

const bodies: Source = { find: listed('ListBodies', 'bodyId', row => row.name ?? '') };

/** By the name of the field. */
const SOURCES: Readonly<Record<string, Source>> = {
  projectId: {
    roles: ['UNIT', 'REC-I', 'REC-A', 'REC-D', ...OVERSIGHT],
    async find(text, ask) {
      const { items } = await ask<Answered>('ListProjects', { q: text, limit: String(SHOWN) });
      return items.map(({ projectId = '', title, unitName, year }) => ({
        id: projectId,
        name: `${title}（${unitName}，${year}年）`,
      }));
    },
  },
  bodyId: bodies,
  toBodyId: bodies,
  uscc: { roles: OVERSIGHT, find: listed('ListUnits', 'uscc', row => row.name ?? '') },
  expertId: {
    roles: OVERSIGHT,
    find: listed('ListExperts', 'expertId', row => `${row.name}（${row.employerName}）`),
  },
  accountId: { roles: OVERSIGHT, find: listed('ListAccounts', 'accountId', row => row.name ?? '') },
};

interface Case {
  readonly unitName?: string;
  /** Told to those who oversee. */
  readonly report?: { readonly at: string };
}

interface Training {
  readonly trainingId: string;
  readonly title: string;
  readonly heldOn: string;
}

/** Things that nobody looks for by name: the page that led here has given them. By the name of the field. */
const NAMED: Readonly<Record<string, (id: string, ask: Asking['ask']) => Promise<string | undefined>>> = {
  panelId: async panelId => panelName(panelId),
  async caseId(caseId, ask) {
    const { unitName = '', report } = await ask<Case>('GetFraudCase', { caseId });
    return report ? `${minute(report.at).slice(0, 10)} 反映的线索（${unitName}）` : `${unitName}的案件`;
  },
  async trainingId(trainingId, ask) {
    const { items } = await ask<{ items: readonly Training[] }>('ListTrainings', {
      year: trainingId.slice(0, 4),
      limit: '500',
    });
    const training = items.find(each => each.trainingId === trainingId);
    return training && `${training.title}（${training.heldOn}）`;
  },
  ruleId: async (ruleId, ask) => (await ask<{ title: string }>('GetRule', { ruleId })).title,
  entrustmentId: async (entrustmentId, ask) => (await ask<{ name: string }>('GetEntrustment', { entrustmentId })).name,
};

/** What these make is new: there is nothing to be found. */
const MAKERS = new Set(['RegisterUnit', 'RegisterRecommendingBody', 'AdmitExpert', 'RegisterAccount']);

/** The kind of thing that a field names, and that this reader may look for. */
function sourceFor(at: string, command: string, role: Role | undefined): Source | undefined {
  if (MAKERS.has(command) && !at.includes('/')) {
    return at === 'bodyId' && command !== 'RegisterRecommendingBody' ? bodies : undefined;
  }
  const field = at.replace(/(\/\d+)+$/, '').replace(/^.*\//, '');
  const source = SOURCES[field] ?? SOURCES[field.replace(/s$/, '')];
  if (!source || (source.roles && (role === undefined || !source.roles.includes(role)))) return undefined;
  return source;
}

/** What the form of a reader knows of the things that its fields name. */
export interface Refs {
  isSought(at: string): boolean;
  /** What was found for a field, where it was looked for. */
  readonly found: ReadonlyMap<string, readonly NamedThing[]>;
  /** What the thing is called that stands in a field. */
  readonly names: ReadonlyMap<string, string>;
  /** By the place of a field: all that it can hold, where that is few. */
  readonly choices: ReadonlyMap<string, readonly FieldChoice[]>;
}

/** Names looked up for one form. */
const MOST_NAMES = 20;

/** Looks up what the fields name, and looks for what is `sought` in one of them. A thing that may not be seen has no name. */
export async function refsOf(
  { command, fields }: { readonly command: string; readonly fields: readonly Field[] },
  typed: Typed,
  { ask, reader }: Pick<Asking, 'ask' | 'reader'>,
  sought?: string,
): Promise<Refs> {
  const sourceAt = (at: string) => sourceFor(at, command, reader.actor?.role);
  const choices = await thingsToChoose(command, fields, typed, { ask, reader });
  const names = new Map<string, string>();
  const found = new Map<string, readonly NamedThing[]>();
  for (const [at, value] of typed) {
    const chosen = choices.get(placeOf(at));
    if (chosen) {
      const itself = chosen.find(({ id }) => id === value);
      if (itself) names.set(at, itself.name);
      continue;
    }
    const called = isMadeId(command, at) ? undefined : await permitted(NAMED[at]?.(value, ask));
    if (called !== undefined) names.set(at, called);
    const isAsked = value.trim() !== '' || at === sought;
    const source = isAsked && names.size < MOST_NAMES ? sourceAt(at) : undefined;
    if (!source) continue;
    const things = (await permitted(source.find(value.trim(), ask))) ?? [];
    const itself = things.find(({ id }) => id === value.trim());
    if (itself) names.set(at, itself.name);
    else if (at === sought) found.set(at, things.slice(0, SHOWN));
  }
  return { isSought: at => sourceAt(at) !== undefined, found, names, choices };
}

/** Of a control's name, without the numbers of list entries. */
const placeOf = (at: string) =>
  at
    .split('/')
    .filter(part => !/^\d+$/.test(part))
    .join('.');

/** Nothing where the reader may not ask, or not with these words. */
async function permitted<T>(finding: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return undefined;
    throw error;
  }
}

/** The sentence a supervisor reads of an act: when, who, what, under which article. Also told in reports. */
import { basisLabel } from '../../events/basis-label.ts';
import type { About, RecordedEvent } from '../../events/envelope.ts';
import type { Sealed } from '../../events/personal.ts';
import { shanghaiDate, shanghaiMinute } from '../../events/time.ts';
import { NAMED, type NamedKind, type Names, nameKey } from '../names.ts';
import type { TrailRow } from './entries.ts';
import { phraseOf } from './sentences.ts';

/** A name that a phrase leaves open: of what the entry is about, of anything else by its id, or the person it names. */
const PLACE = new RegExp(`\\{(${NAMED.join('|')}|person)(?::([^}]+))?\\}`, 'g');

/** Keys of the names that an entry is told with. */
export function keysOf({ actor, about, phrase }: TrailRow): string[] {
  const { projectId, uscc, bodyId } = about;
  return [
    nameKey('account', actor.accountId),
    ...(projectId ? [nameKey('project', projectId)] : []),
    ...(uscc ? [nameKey('unit', uscc)] : []),
    ...(bodyId ? [nameKey('body', bodyId)] : []),
    ...[...phrase.matchAll(PLACE)].flatMap(([, kind, id]) => (id ? [nameKey(kind as NamedKind, id)] : [])),
  ];
}

/** People whose names the entry itself holds, under seal. */
export function sealedIn({ person }: TrailRow): Sealed[] {
  return person ? [person] : [];
}

/** What was done, and to whom: the part of the sentence between its actor and its basis. */
export function whatOf(row: TrailRow, names: Names): string {
  return withoutFinalMark(filled(row, names)).trim();
}

/** One Chinese sentence: when, who, what, under which article. */
export function sentenceOf(row: TrailRow, names: Names, provisional = false): string {
  const basis = row.basis.map(basisLabel).join('、');
  const later = row.backdated ? `（${shanghaiMinute(row.recordedAt)}补录）` : '';
  const deed = withoutFinalMark(filled(row, names));
  return `${shanghaiMinute(row.effectiveAt)} ${whoOf(row, names)}${deed}，依据${basis}${later}${provisional ? PROVISIONAL : ''}`;
}

/** Whoever acted is called as on that day, and so is whom it was about. */
function whoOf({ actor, effectiveAt }: TrailRow, names: Names): string {
  const day = shanghaiDate(effectiveAt);
  if (actor.role === 'SYS') return '系统';
  if (actor.role === 'EXPERT') return `技术评定组专家〈${names.person(actor.accountId, day)}〉（${actor.orgId}）`;
  const onBehalf = actor.actedAs ? '（受托）' : '';
  return `${names.organisation(actor.accountId, actor.orgId)}〈${names.person(actor.accountId, day)}〉${onBehalf}`;
}

/** The phrase with its names. */
function filled({ phrase, about, person, effectiveAt }: TrailRow, names: Names): string {
  const day = shanghaiDate(effectiveAt);
  return fill(phrase, about, (kind, id) => {
    if (kind === 'person') return person && `〈${names.sealed(person)}〉`;
    if (id === undefined) return undefined;
    if (kind === 'account') return `〈${names.person(id, day)}〉`;
    if (kind === 'trainee') return names.trainee(id);
    return kind === 'expert' ? names.expert(id, day) : names.named(kind, id, day);
  });
}

type Place = NamedKind | 'person';

/** Puts a name into each place of a phrase; one that there is no name for stays open. */
function fill(phrase: string, about: About, nameOf: (kind: Place, id: string | undefined) => string | undefined) {
  const ids: Readonly<Record<string, string | undefined>> = {
    project: about.projectId,
    unit: about.uscc,
    body: about.bodyId,
  };
  return phrase.replace(PLACE, (place, kind: Place, id: string | undefined) => nameOf(kind, id ?? ids[kind]) ?? place);
}

const CALLED: Readonly<Record<NamedKind, string>> = {
  account: '账户',
  body: '推荐单位',
  unit: '单位',
  expert: '专家',
  project: '项目',
  trainee: '学员',
};

/** What an event says, for whoever recorded it: with ids, which he knows, in the place of names. */
export function deedOf({ type, data, meta }: RecordedEvent): string {
  const phrase = phraseOf(type, data, meta.actor.role).replaceAll(/(?:项目)?《(\{project(?::[^}]+)?\})》/g, '$1');
  const nameOf = (kind: Place, id = '') => (kind === 'person' ? '该人员' : `${CALLED[kind]} ${id} `);
  return withoutFinalMark(fill(phrase, meta.about, nameOf)).trim();
}

/** What a supervisor reads after an act under a credential that the holder has not confirmed. */
const PROVISIONAL = '（密码经重置，待确认由本人掌握）';

/** A free text at the end of a phrase closes its own sentence; this one goes on with its basis. */
function withoutFinalMark(text: string): string {
  return text.replace(/[。．.！!？?；;]+$/u, '');
}

/**
 * Which organisations are one, which may be, and which came from which (D-23, D-32): the one comparison behind conflicts of
 * interest, namesakes and succession. Organisations are named by people, with a credit code or without.
 */
import type { EventOf } from '../event-type.ts';
import type { CivilDate } from '../time.ts';
import type { unitSuccessorRecorded } from '../unit.ts';

/** As somebody named it; the 统一社会信用代码 where it is known. */
export interface Organisation {
  readonly name: string;
  readonly uscc?: string | undefined;
}

const NOT_COMPARED = /[\s\p{Default_Ignorable_Code_Point}\p{Ps}\p{Pe}]/gu;

/** One spelling for all that differ in width, spaces, brackets, capitals or in what cannot be seen only. */
export function levelledOrganisation(name: string): string {
  return name.normalize('NFKC').replaceAll(NOT_COMPARED, '').toLowerCase();
}

/** The form of a company, and that it heads a group: the longest ending that says no more than that. */
const COMPANY_FORM = /(?:集团)?(?:(?:股份)?(?:有限)?(?:责任)?公司|集团)$/u;

/** A levelled name without the form of company; the name itself where nothing would be left of it. */
function stemOf(levelled: string): string {
  return levelled.replace(COMPANY_FORM, '') || levelled;
}

/** What the names of organisations have in common that are one or may be: those that are alike have the same. */
export const stemOfName = (name: string): string => stemOf(levelledOrganisation(name));

/** `possible`: the names differ by the form of company alone, which two organisations can do as well as one misnamed. */
export type Likeness = 'same' | 'possible';

export function likenessOf(one: Organisation, other: Organisation): Likeness | undefined {
  if (one.uscc !== undefined && one.uscc === other.uscc) return 'same';
  const [name, otherName] = [levelledOrganisation(one.name), levelledOrganisation(other.name)];
  if (name === otherName) return 'same';
  return stemOf(name) === stemOf(otherName) ? 'possible' : undefined;
}

/** Another unit, and the day of the succession. */
export interface Related {
  readonly uscc: string;
  readonly from: CivilDate;
}

/** The units that a unit succeeds to, and those that succeed to it. */
export interface Kin {
  readonly predecessors: readonly Related[];
  readonly successors: readonly Related[];
}

const NO_KIN: Kin = { predecessors: [], successors: [] };

/** By credit code. */
export type Successions = Readonly<Record<string, Kin>>;

export function successionsAfter(
  known: Successions,
  { data: { uscc, predecessor, effectiveOn: from } }: EventOf<typeof unitSuccessorRecorded>,
): Successions {
  const { [uscc]: heir = NO_KIN, [predecessor]: forebear = NO_KIN } = known;
  return {
    ...known,
    [uscc]: { ...heir, predecessors: [...heir.predecessors, { uscc: predecessor, from }] },
    [predecessor]: { ...forebear, successors: [...forebear.successors, { uscc, from }] },
  };
}

/** A unit and all that are related to it by a date, through any number of successions: itself first. */
export function lineOf(
  uscc: string,
  date: CivilDate,
  relatedTo: (uscc: string) => readonly Related[],
): readonly string[] {
  const line = new Set([uscc]);
  // A set hands out what is added while it is walked; what is in it already ends a circle that an old log may hold.
  for (const unit of line) for (const { uscc: other, from } of relatedTo(unit)) if (from <= date) line.add(other);
  return [...line];
}

export type Relation = 'itself' | 'predecessor' | 'successor';

/** A unit under its present and its earlier forms, and under those that came out of it, by a date: itself first. */
export function formsOf(
  known: Successions,
  uscc: string,
  date: CivilDate,
): readonly { readonly uscc: string; readonly relation: Relation }[] {
  const [, ...before] = lineOf(uscc, date, unit => known[unit]?.predecessors ?? []);
  const [, ...after] = lineOf(uscc, date, unit => known[unit]?.successors ?? []);
  return [
    { uscc, relation: 'itself' as const },
    ...before.map(other => ({ uscc: other, relation: 'predecessor' as const })),
    ...after.map(other => ({ uscc: other, relation: 'successor' as const })),
  ];
}

/** Whether a succession would make a unit its own predecessor. */
export function closesCircle(known: Successions, uscc: string, predecessor: string): boolean {
  return lineOf(predecessor, '9999-12-31', unit => known[unit]?.predecessors ?? []).includes(uscc);
}

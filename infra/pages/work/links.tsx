/** How things are named on the pages of the workbench: by what they are called, as the way to their own page. */
import type { Jurisdiction } from '../../../events/body.ts';
import type { Actor } from '../../../events/envelope.ts';
import { codeWord, districtWord } from '../../../events/words.ts';

export function ProjectLink({ projectId, title }: { readonly projectId: string; readonly title?: string | undefined }) {
  return <a href={`/projects/${projectId}`}>{title ?? '查看项目'}</a>;
}

export function UnitLink({ uscc, unitName }: { readonly uscc: string; readonly unitName?: string | undefined }) {
  return <a href={`/units/${uscc}`}>{unitName ?? '查看单位'}</a>;
}

export function BodyLink({ bodyId, bodyName }: { readonly bodyId: string; readonly bodyName?: string | undefined }) {
  return <a href={`/bodies/${bodyId}`}>{bodyName ?? '查看推荐单位'}</a>;
}

export function ExpertLink({ expertId, name }: { readonly expertId: string; readonly name?: string | undefined }) {
  return <a href={`/experts/${expertId}`}>{name ?? '查看专家'}</a>;
}

/** Accounts are looked at by those who oversee; to others they have a name alone. */
export function AccountLink({
  accountId,
  name,
  actor,
}: {
  readonly accountId: string;
  readonly name: string;
  readonly actor: Actor | undefined;
}) {
  if (actor?.role !== 'MSR' && actor?.role !== 'SUP') return <>{name}</>;
  return <a href={`/accounts/${accountId}`}>{name}</a>;
}

/** 教育, or 河西区. */
export function jurisdictionWord(jurisdiction: Jurisdiction): string {
  return 'industry' in jurisdiction ? jurisdiction.industry : districtWord(jurisdiction.district);
}

/** The word of a code in a field of an answer; nothing of what is not said. The owner is the query. */
export function wordFor(place: string, code: string | undefined, owner?: string): string {
  return code === undefined ? '' : codeWord(place, code, owner);
}

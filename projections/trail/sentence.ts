/** The sentence a supervisor reads of an act: when, who, what, under which article. Also told in reports. */
import type { LegalBasis } from '../../events/envelope.ts';
import { articleLabel, citationError } from '../../events/statute.ts';
import { shanghaiMinute } from '../../events/time.ts';
import type { TrailRow } from './entries.ts';
import { accountKey, bodyKey, type Names, projectKey, unitKey } from './names.ts';

/** Keys of the names that an entry is told with. */
export function keysOf(row: TrailRow): string[] {
  const { projectId, uscc, bodyId } = row.about;
  return [
    accountKey(row.actor.accountId),
    ...(row.account ? [accountKey(row.account)] : []),
    ...(projectId ? [projectKey(projectId)] : []),
    ...(uscc ? [unitKey(uscc)] : []),
    ...(bodyId ? [bodyKey(bodyId)] : []),
    ...(row.toBody ? [bodyKey(row.toBody)] : []),
  ];
}

/** One Chinese sentence: when, who, what, under which article. */
export function sentenceOf(row: TrailRow, names: Names, provisional = false): string {
  const { actor, about } = row;
  const { projectId, uscc, bodyId } = about;
  const filled = fill(row.phrase, {
    project: projectId && names.named(projectKey(projectId), projectId),
    unit: uscc && names.named(unitKey(uscc), uscc),
    body: bodyId && names.named(bodyKey(bodyId), bodyId),
    toBody: row.toBody && names.named(bodyKey(row.toBody), row.toBody),
    account: row.account && `〈${names.person(row.account)}〉`,
  });
  const organisation = names.organisation(actor.accountId, actor.orgId);
  const onBehalf = actor.actedAs ? '（受托）' : '';
  const who = actor.role === 'SYS' ? '系统' : `${organisation}〈${names.person(actor.accountId)}〉${onBehalf}`;
  const basis = row.basis.map(basisLabel).join('、');
  const later = row.backdated ? `（${shanghaiMinute(row.recordedAt)}补录）` : '';
  return `${shanghaiMinute(row.effectiveAt)} ${who}${withoutFinalMark(filled)}，依据${basis}${later}${provisional ? PROVISIONAL : ''}`;
}

/** What a supervisor reads after an act under a credential that the holder has not confirmed. */
const PROVISIONAL = '（密码经重置，待确认由本人掌握）';

function fill(phrase: string, names: Readonly<Record<string, string | undefined>>): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, key: string) => names[key] ?? whole);
}

/** A free text at the end of a phrase closes its own sentence; this one goes on with its basis. */
function withoutFinalMark(text: string): string {
  return text.replace(/[。．.！!？?；;]+$/u, '');
}

/**
 * 第十二条（二） or 2024年度工作方案第1版…, never an article for what the text does not say. A fact that cites what is no
 * article stands on record all the same: it is shown as it is, with a note.
 */
export function basisLabel(basis: LegalBasis): string {
  if ('article' in basis) {
    const fault = citationError(basis.article);
    return fault ? `${basis.article}（${fault.zh}）` : `${articleLabel(basis.article)}${basis.item ?? ''}`;
  }
  return `${basis.plan}年度工作方案（第${basis.version}版）规定`;
}

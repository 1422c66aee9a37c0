/** What an act rests on, as people cite it. */
import type { LegalBasis } from './envelope.ts';
import { houseRuleLabel } from './house-rules.ts';
import { articleLabel, citationError } from './statute.ts';

/**
 * 第十二条（二）, 2024年度工作方案（第1版）规定 or 内部制度（…）: never an article for what the text does not say. A fact that
 * cites what is no article stands on record all the same: it is shown as it is, with a note.
 */
export function basisLabel(basis: LegalBasis): string {
  if ('houseRule' in basis) return houseRuleLabel(basis.houseRule).zh;
  if ('plan' in basis) return `${basis.plan}年度工作方案（第${basis.version}版）规定`;
  const fault = citationError(basis.article);
  return fault ? `${basis.article}（${fault.zh}）` : `${articleLabel(basis.article)}${basis.item ?? ''}`;
}

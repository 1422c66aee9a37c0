/** Columns of the public registers, as spreadsheets show them. */
import type { z } from 'zod';
import { codeWord, districtWord } from '../../events/words.ts';
import type { TableColumn } from '../table.ts';
import type { bannedUnitSchema } from './bans.ts';
import type { bodySchema } from './bodies.ts';
import type { ActionRow, ExemplarRow } from './coordination.ts';
import type { validitySchema } from './regulation.ts';
import type { RuleRow } from './rules.ts';

type Body = z.infer<typeof bodySchema>;

const chargesIn = (row: Body) =>
  row.inChargeOf.map(charge => ('industry' in charge ? charge.industry : districtWord(charge.district))).join('、');

export const BODY_TABLE: readonly TableColumn<Body>[] = [
  ['编号', row => row.bodyId],
  ['推荐单位', row => row.name],
  ['曾用名', row => row.formerNames.map(({ name }) => name).join('、')],
  ['类别', row => codeWord('kind', row.kind)],
  ['负责', chargesIn],
  ['自', row => row.from],
];

export const BAN_TABLE: readonly TableColumn<z.infer<typeof bannedUnitSchema>>[] = [
  ['单位', row => row.unitName],
  ['统一社会信用代码', row => row.uscc],
  ['最后一日', row => row.lastDay],
  ['剩余天数', row => row.daysLeft],
  ['决定', row => row.bans.map(({ decision }) => decision).join('、')],
  ['承继单位', row => row.successors.join('、')],
];

export const REGULATION_TABLE: readonly TableColumn<z.infer<typeof validitySchema>>[] = [
  ['文号', row => row.doc],
  ['名称', row => row.title],
  ['印发', row => row.issuedOn],
  ['施行', row => row.inForce?.from],
  ['最后一日', row => row.inForce?.lastDay],
  ['剩余天数', row => row.daysLeft],
];

export const RULE_TABLE: readonly TableColumn<RuleRow>[] = [
  ['制度', row => row.title],
  ['现行版本', row => row.versions.at(-1)?.version],
  ['施行', row => row.versions.at(-1)?.effectiveOn],
  ['废止', row => row.repealedFrom],
  ['文本摘要（SHA-256）', row => row.versions.at(-1)?.textHash],
];

export const EXEMPLAR_TABLE: readonly TableColumn<ExemplarRow>[] = [
  ['领域', row => row.field],
  ['成果名称', row => row.title],
  ['单位', row => row.unitName],
  ['理由', row => row.grounds],
  ['选树', row => row.designatedAt],
  ['撤下', row => row.withdrawn?.at],
  ['撤下理由', row => row.withdrawn?.reason],
];

export const ACTION_TABLE: readonly TableColumn<ActionRow>[] = [
  ['日期', row => row.heldOn],
  ['事项', row => row.title],
  ['内容', row => row.detail],
  ['各方', row => row.parties.map(({ name }) => name).join('、')],
];

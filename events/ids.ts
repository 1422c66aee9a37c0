/** Identifiers: branded strings that are parsed or refused at the edge. */
import { z } from 'zod';

const slug = /^[a-z0-9][a-z0-9-]{1,62}$/;

export const accountIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{2,40}$/)
  .brand<'AccountId'>();
export const bodyIdSchema = z.string().regex(slug).brand<'BodyId'>();
export const entrustmentIdSchema = z.string().regex(slug).brand<'EntrustmentId'>();
export const expertIdSchema = z.string().regex(slug).brand<'ExpertId'>();
export const resultIdSchema = z.string().regex(slug).brand<'ResultId'>();
export const documentIdSchema = z.string().regex(slug).brand<'DocumentId'>();
export const evidenceIdSchema = z.string().regex(slug).brand<'EvidenceId'>();
export const actionIdSchema = z.string().regex(slug).brand<'ActionId'>();
export const ruleIdSchema = z.string().regex(slug).brand<'RuleId'>();
export const projectIdSchema = z
  .string()
  .regex(/^\d{4}-[a-z0-9]{4,26}$/)
  .brand<'ProjectId'>()
  .meta({ description: 'Programme year and number, e.g. 2024-7k3m9qwz' });
export const yearSchema = z.int().min(2024).max(2100).meta({ description: 'Programme year' });
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256, lower-case hex' });
export const positionSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/)
  .brand<'Position'>();

export type AccountId = z.infer<typeof accountIdSchema>;
export type BodyId = z.infer<typeof bodyIdSchema>;
export type EntrustmentId = z.infer<typeof entrustmentIdSchema>;
export type ExpertId = z.infer<typeof expertIdSchema>;
export type ResultId = z.infer<typeof resultIdSchema>;
export type ProjectId = z.infer<typeof projectIdSchema>;
/** A place in the log: an opaque decimal string, to be compared with {@link comparePositions}, never computed with. */
export type Position = z.infer<typeof positionSchema>;
/** `<kind>-<id>`; made by the `…Stream` function of its noun. */
export type StreamId = string & z.$brand<'StreamId'>;

/** Brands a text as the id of a stream; nothing is checked. Only the `…Stream` functions of the nouns call it. */
export function streamId(id: string): StreamId {
  return id as StreamId;
}

/** Negative, zero or positive as `a` stands before, at or after `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Fixed-width form of a position, so that text order is log order in rows and indexes. */
export function sortablePosition(position: Position): string {
  return position.padStart(20, '0');
}

/** Before the first event. */
export const START = '0' as Position;

const CREDIT_CODE_SYMBOLS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The check symbol of the first 17 symbols of a 统一社会信用代码 (GB 32100-2015), or undefined if one is no symbol of it. */
export function creditCodeCheckSymbol(first17: string): string | undefined {
  let sum = 0;
  let weight = 1;
  for (const symbol of first17) {
    const value = CREDIT_CODE_SYMBOLS.indexOf(symbol);
    if (value < 0) return undefined;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_CODE_SYMBOLS[(31 - (sum % 31)) % 31];
}

/** 统一社会信用代码: 18 symbols whose last one checks the others. */
export const creditCodeSchema = z
  .string()
  .regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/, '统一社会信用代码应为18位，不含 I、O、S、V、Z')
  .refine(code => creditCodeCheckSymbol(code.slice(0, 17)) === code[17], '统一社会信用代码校验位不符 (GB 32100-2015)')
  .brand<'CreditCode'>();

export type CreditCode = z.infer<typeof creditCodeSchema>;

/** The whole of a filtered trail as CSV (for spreadsheets) or NDJSON (for programs), streamed page by page. */
import { catalogue } from '../../events/catalogue.ts';
import { codeWord } from '../../events/words.ts';
import { BYTE_ORDER_MARK, csvLines } from '../csv.ts';
import type { Reader } from '../ports.ts';
import { readTrail, type TrailEntry, type TrailFilter } from './query.ts';

/** A piece of some milliseconds' work: others are served between two. */
const PAGE = 50;

const COLUMNS: readonly (readonly [header: string, value: (entry: TrailEntry) => string])[] = [
  ['位置', entry => entry.position],
  ['记录时间', entry => entry.recordedAt],
  ['发生时间', entry => entry.effectiveAt],
  ['补录', entry => (entry.backdated ? '是' : '')],
  ['单位', entry => entry.organisation.name],
  ['人员', entry => entry.person.name],
  ['角色', entry => codeWord('role', entry.role)],
  ['代行', entry => (entry.actedAs ? codeWord('role', entry.actedAs) : '')],
  ['凭据待确认', entry => (entry.provisional ? '是' : '')],
  ['行为', entry => catalogue.get(entry.type)?.title ?? entry.type],
  ['项目编号', entry => entry.project?.projectId ?? ''],
  ['项目', entry => entry.project?.title ?? ''],
  ['申报单位', entry => entry.unit?.name ?? ''],
  ['推荐单位', entry => entry.body?.name ?? ''],
  ['依据', entry => entry.basis.join('、')],
  ['理由', entry => entry.reason ?? ''],
  ['说明', entry => entry.sentence],
  ['事件编号', entry => entry.eventId],
  ['事件类型', entry => entry.type],
];

/** The trail in pieces of text: CSV with a byte order mark and a heading, or one JSON object a line. */
export async function* trailExport(
  filter: TrailFilter,
  format: 'csv' | 'ndjson',
  reader: Reader,
): AsyncIterable<string> {
  if (format === 'csv') yield BYTE_ORDER_MARK + csvLines([COLUMNS.map(([header]) => header)]);
  for (let cursor: string | undefined; ; ) {
    const page = await readTrail({ ...filter, limit: PAGE, cursor }, reader);
    if (page.entries.length > 0) yield format === 'csv' ? csvLines(page.entries.map(cells)) : lines(page.entries);
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

function cells(entry: TrailEntry): string[] {
  return COLUMNS.map(([, value]) => value(entry));
}

function lines(entries: readonly TrailEntry[]): string {
  return entries.map(entry => `${JSON.stringify(entry)}\n`).join('');
}

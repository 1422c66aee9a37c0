/** Question 8: is every published list equal to the log at the position that it names? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { LIST_KINDS, type ListBesideLog, ListBook, type ListEvent } from '../published-lists.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { act, among, declareReport, faultsAmong, type ReportRow, reference, zh } from './report.ts';

const columns = {
  list: '名单',
  year: '年度',
  version: '版次',
  position: '名单所依位置',
  events: '名单所依事件数',
  published: '公布项数',
  inLog: '日志项数',
  missing: '漏列',
  surplus: '多列',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

function compared(list: ListBesideLog, event: DomainEvent): ReportRow<Column> {
  const { publication, publishedAt, events, standings, isOfItsHash } = list;
  const { label, year, version, position, projects, count } = publication;
  const inLog = new Set(standings.map(({ projectId }) => projectId));
  const published = new Set(projects);
  const missing = [...inLog].filter(id => !published.has(id));
  const surplus = [...published].filter(id => !inLog.has(id));
  const flaws = [
    ...(missing.length > 0 ? [`漏列${missing.length}项`] : []),
    ...(surplus.length > 0 ? [`多列${surplus.length}项`] : []),
    ...(published.size === projects.length ? [] : ['有重复项目']),
    ...(count === projects.length ? [] : [`载明${count}项，实列${projects.length}项`]),
    // What the log says of a surplus project no list can have been made of.
    ...(surplus.length > 0 || isOfItsHash ? [] : ['清单内容与其摘要不符']),
    ...(events > publishedAt ? ['名单所依位置不早于公布'] : []),
  ];
  const lacking = new Set(missing);
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}：${flaws.length > 0 ? flaws.join('；') : `与位置 ${position} 处的日志一致`}`,
    cells: {
      list: label,
      year,
      version,
      position,
      events,
      published: projects.length,
      inLog: standings.length,
      missing: missing.join(' '),
      surplus: surplus.join(' '),
      flaw: flaws.join('；'),
    },
    rests: [
      reference(event),
      ...standings.filter(({ projectId }) => lacking.has(projectId)).map(({ event: rests }) => reference(rests)),
    ],
  };
}

export const publishedListsReport = declareReport({
  number: 8,
  name: 'ReportPublishedLists',
  title: '公布名单与日志的一致性',
  question: '公布的名单是否等于日志在其位置处的内容 (Is the published list equal to the log at its position?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只核对名单摘要 (digests of lists)' },
  parameters: z.strictObject({ year: yearParameter.optional() }),
  columns,
  begin({ year }, { hadHappened }) {
    const book = new ListBook();
    const rows: ReportRow<Column>[] = [];
    return {
      pass: event => book.pass(event),
      wants: among(LIST_KINDS),
      take(event) {
        const list = book.take(event as ListEvent);
        if (!list || !hadHappened(event) || (year !== undefined && list.publication.year !== year)) return;
        rows.push(compared(list, event));
      },
      findings() {
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`尚未公布名单。`
              : zh`公布的名单${rows.length}份，${faults > 0 ? `其中${faults}份与日志不一致` : '均与日志一致'}。`,
          rows,
        };
      },
    };
  },
});

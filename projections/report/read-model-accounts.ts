/** Question 13: which read models are complete up to a position, counted against the log event by event? */
import { z } from 'zod';
import { comparePositions, type Position } from '../../events/ids.ts';
import { type Roots, rootText } from '../event-sets.ts';
import { eventsSeen, type Quarantined } from '../ports.ts';
import { OVERSIGHT } from '../query.ts';
import { countedIn, type UnknownKind, unknownKindOf } from '../unknown-kinds.ts';
import { OrderOfTimes } from './order-of-times.ts';
import { ReadModelSets } from './read-model-sets.ts';
import { declareReport, faultsAmong, type ReadModelAccount, type ReportRow, zh } from './report.ts';

const columns = {
  readModel: '读模型',
  complete: '是否完整',
  position: '已到位置',
  events: '日志事件数',
  handled: '处理',
  ignored: '略过',
  unknown: '未知',
  quarantined: '隔离',
  due: '应处理',
  handledRoot: '处理集合根',
  ignoredRoot: '略过集合根',
  unknownRoot: '未知集合根',
  quarantinedRoot: '隔离集合根',
  logRoot: '日志集合根',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

/** What the log holds up to the position of one read model. */
interface Count {
  readonly account: ReadModelAccount;
  events: number;
  /** Of the types that the projection takes. */
  due: number;
}

export const readModelAccounts = declareReport({
  number: 13,
  name: 'ReportReadModelAccounts',
  title: '读模型的完整性',
  question:
    '哪些读模型在某一位置之前是完整的：处理、略过、隔离 (Which read models are complete up to a position: handled, ignored, dead-lettered?)',
  allow: OVERSIGHT,
  validTime: { none: '读模型的账目按日志位置清点，与行为何时发生无关 (read models are counted by position)' },
  material: { none: '只有件数 (counts)' },
  parameters: z.strictObject({}),
  columns,
  countsAll: true,
  begin(_parameters, { upTo, readModels, quarantine }) {
    const counts: Count[] = readModels
      .filter(({ checkpoint }) => checkpoint.state === 'live')
      .map(account => ({ account, events: 0, due: 0 }));
    const sets = new ReadModelSets(
      counts.map(({ account }) => account),
      quarantine,
    );
    const order = new OrderOfTimes();
    const unknown = new Map<string, UnknownKind>();
    return {
      wants: () => true,
      take(event) {
        sets.take(event);
        if (comparePositions(event.position, upTo) <= 0) {
          order.take(event);
          const kind = unknownKindOf(event);
          if (kind !== undefined) unknown.set(kind, countedIn(unknown.get(kind), event, kind));
        }
        for (const count of counts) {
          const { checkpoint, takes } = count.account;
          if (comparePositions(event.position, checkpoint.position) > 0) continue;
          count.events += 1;
          if (takes(event.type)) count.due += 1;
        }
      },
      findings() {
        const rows = counts.map(count => rowOf(count, upTo, quarantine, sets.of(count.account)));
        const complete = rows.filter(({ cells }) => cells.complete === '是').length;
        const faults = faultsAmong(rows);
        return {
          verdict: zh`至位置 ${upTo}，${rows.length}个读模型中完整的${complete}个，${faults > 0 ? `账目有问题的${faults}个` : '没有账目不符或隔离的事件'}${unknown.size > 0 ? `；有${unknown.size}种事件本版本不认识` : ''}。`,
          rows: [...rows, ...timesRow(order, upTo), ...[...unknown.values()].map(kind => unknownRow(kind, upTo))],
        };
      },
    };
  },
});

/** Beside the read models, since what is asked by time rests on it; only where times went back. */
function timesRow(order: OrderOfTimes, upTo: Position): readonly ReportRow<Column>[] {
  const found = order.found();
  if (!found) return [];
  const { events, fault, flaw, rests } = found;
  const counted = { ...NO_SETS, events, handled: events, ignored: 0, unknown: 0, quarantined: 0, due: events };
  const complete = fault ? '否' : '是';
  return [
    {
      fault,
      says: zh`台账记录时间有倒退：${flaw}`,
      cells: { readModel: '台账记录时间', complete, position: upTo, ...counted, flaw },
      rests,
    },
  ];
}

/** Once for the log, since no read model can take what this version does not know; a later version may. */
function unknownRow({ type, events, first, last }: UnknownKind, upTo: Position): ReportRow<Column> {
  const flaw = `种类 ${type} 本版本不认识，共${events}个，位置 ${first} 至 ${last}`;
  const counted = { ...NO_SETS, events, handled: 0, ignored: 0, unknown: events, quarantined: 0, due: 0 };
  return {
    fault: false,
    says: zh`台账中的事件${flaw}`,
    cells: { readModel: '台账事件种类', complete: '是', position: upTo, ...counted, flaw },
    rests: [],
  };
}

function rowOf(
  { account, events, due }: Count,
  upTo: Position,
  quarantine: readonly Quarantined[],
  sets: ReturnType<ReadModelSets['of']>,
): ReportRow<Column> {
  const { projection, version, generation, position, handled, ignored, unknown, quarantined } = account.checkpoint;
  const setAside = quarantine.filter(
    each =>
      each.projection === projection && each.generation === generation && comparePositions(each.position, upTo) <= 0,
  );
  const seen = eventsSeen(account.checkpoint);
  const flaws = [
    ...(seen === events ? [] : [`日志有${events}个事件，账上${seen}个`]),
    ...(handled + quarantined === due ? [] : [`应处理${due}个，处理和隔离${handled + quarantined}个`]),
    ...sets.flaws.map(({ says }) => says),
    ...setAside.map(each => `位置 ${each.position} 的 ${each.type} 被隔离：${each.reason}`),
  ];
  const reached = comparePositions(position, upTo) >= 0;
  const complete = reached && flaws.length === 0;
  const remarks = reached ? flaws : [...flaws, `尚未到达位置 ${upTo}`];
  return {
    fault: flaws.length > 0,
    says: zh`${projection}（第${version}版）${complete ? `至位置 ${upTo} 完整` : remarks.join('；')}`,
    cells: {
      readModel: `${projection} v${version} g${generation}`,
      complete: complete ? '是' : '否',
      position,
      events,
      handled,
      ignored,
      unknown,
      quarantined,
      due,
      ...rootCells(account.checkpoint.roots, sets.logRoot),
      flaw: remarks.join('；'),
    },
    rests: [
      ...sets.flaws.flatMap(({ rests }) => rests),
      ...setAside.map(each => ({ position: each.position, eventId: each.eventId, type: each.type })),
    ],
  };
}

const NO_SETS = { handledRoot: '', ignoredRoot: '', unknownRoot: '', quarantinedRoot: '', logRoot: '' };

/** Empty for a generation that an earlier program began: it is told by counts alone, until it is rebuilt. */
function rootCells(roots: Roots | undefined, logRoot: bigint | undefined): typeof NO_SETS {
  if (!roots || logRoot === undefined) return NO_SETS;
  return {
    handledRoot: rootText(roots.handled),
    ignoredRoot: rootText(roots.ignored),
    unknownRoot: rootText(roots.unknown),
    quarantinedRoot: rootText(roots.quarantined),
    logRoot: rootText(logRoot),
  };
}

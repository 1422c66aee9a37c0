/** What is not well with this system, in words: since when, what it means for what the pages say, and what to do. */
import type { ReadModelHealth } from '../../../projections/supervision/health.ts';
import type { DeadJobs, JobCounts } from '../../http/jobs.ts';
import type { Asking } from '../page.ts';
import { count, minute } from '../parts/format.ts';
import { isRefusing, type LedgerNow, type WitnessTold } from '../parts/ledger.tsx';
import { jobWord } from './health-jobs.ts';

export interface SystemNow {
  readonly health: ReadModelHealth;
  readonly ledger: LedgerNow;
  readonly witnesses: readonly WitnessTold[];
  /** Undefined while the queue cannot be reached. */
  readonly jobs: JobCounts | undefined;
  readonly dead: DeadJobs['items'];
}

export interface Trouble {
  readonly what: string;
  /** RFC 3339. */
  readonly since?: string | undefined;
  readonly meaning: string;
  readonly remedy: string;
  /** What whoever runs the machine types. */
  readonly command?: string;
  /** Of the page that tells more. */
  readonly address: string;
}

export type ReadModel = ReadModelHealth['readModels'][number];

const [MODELS, PROOFS] = ['/supervision/health', '/supervision/ledger'];

/** As many are the work of the last minutes: read models catch up, and checkpoints are signed. */
const FEW = 1_000;

export async function systemNow({ ask, askIfReached }: Pick<Asking, 'ask' | 'askIfReached'>): Promise<SystemNow> {
  const [health, ledger, witnesses, jobs, dead] = await Promise.all([
    ask<ReadModelHealth>('GetReadModelHealth'),
    ask<LedgerNow>('GetLedgerState'),
    ask<{ items: WitnessTold[] }>('ListWitnesses'),
    askIfReached<JobCounts>('CountJobs'),
    askIfReached<DeadJobs>('ListDeadJobs'),
  ]);
  return { health, ledger, witnesses: witnesses.items, jobs, dead: dead?.items ?? [] };
}

/** What a read model is called: what is read from it. */
export const readFrom = ({ question }: Pick<ReadModel, 'question'>): string =>
  question?.split(' (')[0] ?? '本版本不再使用的内容';

/** The gravest first: what makes the log doubtful, then what makes numbers wrong, then what waits. */
export function troublesOf(now: SystemNow): readonly Trouble[] {
  const { health, witnesses } = now;
  return [
    ...witnesses.filter(isRefusing).map(refusal),
    ...timesGoneBack(health),
    ...health.readModels.filter(({ state }) => state === 'live').flatMap(troubleOfModel),
    ...health.unknownKinds.map(unknownKind),
    ...unsigned(now.ledger),
    ...troublesOfJobs(now),
  ];
}

function refusal({ name, since, reason }: WitnessTold): Trouble {
  return {
    what: `见证人 ${name} 拒绝共签台账${reason === undefined ? '' : `：${reason}`}`,
    since,
    meaning: '见证人所见与其以前所见不符，台账可能被改动；查明以前，各页面的内容不能作为依据',
    remedy: '请见证人和系统管理人员核对双方留存的检查点，并离线核验台账（报告 14）',
    command: 'gongguan verify',
    address: PROOFS,
  };
}

function timesGoneBack({ recordedTimes: { wentBack, widestMs, clockBehindMs, latest } }: ReadModelHealth): Trouble[] {
  const behind: Trouble = {
    what: `服务器时钟比最近一次记录慢 ${count(Math.ceil(clockBehindMs / 1_000))} 秒`,
    since: latest,
    meaning: '相差过多时系统不再记录新的行为，以免次序颠倒；已有内容不受影响',
    remedy: '请系统管理人员校准服务器时钟',
    address: MODELS,
  };
  const back: Trouble = {
    what: `台账的记录时间倒退 ${count(wentBack)} 次，至多 ${count(Math.ceil(widestMs / 1_000))} 秒`,
    meaning: '事件的先后以台账位置为准，不受影响；按记录时间截取的结果在倒退处可能多出或者缺少几个事件',
    remedy: '请系统管理人员检查各服务器的时钟同步；引用这些事件时注明台账位置',
    address: MODELS,
  };
  return [...(wentBack > 0 ? [back] : []), ...(clockBehindMs >= 1_000 ? [behind] : [])];
}

function troubleOfModel(model: ReadModel): Trouble[] {
  const { name, complete, quarantined, lag, updatedAt } = model;
  const [read, rebuild] = [readFrom(model), `gongguan rebuild ${name}`];
  const incomplete: Trouble = {
    what: `“${read}”不完整：有事件没有交代`,
    since: updatedAt,
    meaning: '由此得出的数字可能偏多或者偏少，重建以前不能作为依据；台账本身不受影响',
    remedy: '请系统管理人员重建，重建时新旧两代逐行比对',
    command: rebuild,
    address: MODELS,
  };
  const setAside: Trouble = {
    what: `“${read}”有 ${count(quarantined)} 个事件算不进去，已隔离`,
    meaning: '由此得出的数字没有算入这些事件，逐个列在本页“隔离的事件”',
    remedy: '请系统管理人员按隔离的原因修正程序，然后重建',
    command: rebuild,
    address: MODELS,
  };
  const late: Trouble = {
    what: `“${read}”落后 ${count(lag)} 个以上事件`,
    since: updatedAt,
    meaning: `由此得出的数字只算到 ${minute(updatedAt)}，其后的事件尚未算入`,
    remedy: '几分钟后仍未赶上的，请系统管理人员检查更新读模型的进程是否在运行',
    command: 'gongguan status',
    address: MODELS,
  };
  return [...(complete ? [] : [incomplete]), ...(quarantined > 0 ? [setAside] : []), ...(lag >= FEW ? [late] : [])];
}

function unknownKind({ type, events, first, last }: ReadModelHealth['unknownKinds'][number]): Trouble {
  const where = first === last ? `位置 ${first}` : `位置 ${first} 至 ${last}`;
  return {
    what: `台账中有 ${count(events)} 个本版本不认识的事件（“${type}”，${where}）`,
    meaning: '各页面没有算入这些事件；它们仍在台账中，不会丢失',
    remedy: '多半由较新的版本记入：请系统管理人员升级，升级后自动重新算入',
    address: MODELS,
  };
}

function unsigned({ uncovered = 0, checkpoint }: LedgerNow): Trouble[] {
  if (uncovered < FEW) return [];
  return [
    {
      what: `有 ${count(uncovered)} 个以上事件尚未载入检查点`,
      since: checkpoint?.signedAt,
      meaning: '这些事件暂时不能离线核验；各页面的内容不受影响',
      remedy: '几分钟后仍未签署的，请系统管理人员检查服务进程和签名密钥',
      command: 'gongguan status',
      address: PROOFS,
    },
  ];
}

function troublesOfJobs({ jobs, dead }: SystemNow): Trouble[] {
  if (!jobs) {
    return [
      {
        what: '任务队列联系不上',
        meaning: '到期提醒、见证人共签等后台事务暂停，恢复后补做；各页面的内容不受影响',
        remedy: '请系统管理人员检查任务队列',
        command: 'gongguan jobs',
        address: MODELS,
      },
    ];
  }
  const kinds = [...new Set(dead.map(({ kind }) => kind))];
  return kinds.map(kind => {
    const given = dead.filter(job => job.kind === kind);
    return {
      what: `“${jobWord(kind).title}”有 ${count(given.length)} 件多次失败，已放弃`,
      since: given.map(({ failedAt }) => failedAt).sort()[0],
      meaning: jobWord(kind).missing,
      remedy: '请系统管理人员按下列原因处理后逐件重试',
      command: `gongguan jobs retry ${kind} ${given[0]?.id ?? ''}`,
      address: MODELS,
    };
  });
}

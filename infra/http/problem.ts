/** Refusals and faults as RFC 9457 problem details. */
import type { LegalBasis } from '../../events/envelope.ts';
import { houseRuleLabel } from '../../events/house-rules.ts';
import { millisecondsBehind } from '../../events/rules/recorded-time.ts';
import { articleLabel } from '../../events/statute.ts';
import { BadCursor, NoSuchPosition } from '../../projections/ports.ts';
import {
  AppendTooLarge,
  BlobRefused,
  ClockBehind,
  Contention,
  type OutageReason,
  StoreUnavailable,
  UnreadableEvent,
} from '../../services/ports.ts';
import type { InputFault, Rejection, RejectionKind } from '../../services/rejection.ts';
import { QuotaExceeded } from '../blobs/unattached.ts';
import { TooBusy } from '../bounded.ts';
import { LogMismatch } from '../compose/log-check.ts';
import { PASSWORD_FAULTS, type PasswordFault } from '../identity/password-rules.ts';
import { type IdentityFault, IdentityRefused } from '../identity/refused.ts';
import type { BilingualText, Language } from './language.ts';
import { keyPolicy } from './rate-limit.ts';

const TITLES: Readonly<Record<number, BilingualText>> = {
  400: { zh: '请求格式错误', en: 'Malformed request' },
  401: { zh: '需要登录', en: 'Authentication needed' },
  403: { zh: '无权办理', en: 'Not permitted' },
  404: { zh: '未找到', en: 'Not found' },
  405: { zh: '不支持的方法', en: 'Method not allowed' },
  408: { zh: '请求超时', en: 'Request timeout' },
  409: { zh: '当前状态不允许', en: 'Not possible in the present state' },
  412: { zh: '内容已更新', en: 'Content has changed' },
  413: { zh: '内容过大', en: 'Content too large' },
  415: { zh: '不支持的内容类型', en: 'Unsupported content type' },
  417: { zh: '不支持的期望', en: 'Expectation failed' },
  422: { zh: '请求内容不符合要求', en: 'Content not valid' },
  429: { zh: '请求过于频繁', en: 'Too many requests' },
  431: { zh: '请求头过大', en: 'Request header fields too large' },
  500: { zh: '系统错误', en: 'Internal error' },
  507: { zh: '存储配额已满', en: 'Insufficient storage' },
  503: { zh: '服务暂不可用', en: 'Temporarily unavailable' },
};

/** What an answer of a status is called. */
export function problemTitle(status: number): BilingualText {
  return TITLES[status] ?? { zh: '系统错误', en: 'Internal error' };
}

export const PROBLEM_STATUSES = Object.keys(TITLES).map(Number);

/** A fault that is told in the caller's language. */
type ToldFault = Omit<NamedFault, 'detail'> & { readonly detail: string | BilingualText };

/** A fault of a field that people know by a name, in the language of the detail. */
export interface NamedFault extends InputFault {
  readonly name?: string | undefined;
}

interface Particulars {
  readonly rule?: LegalBasis | undefined;
  readonly errors?: readonly ToldFault[] | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members besides those of RFC 9457. */
  readonly extension?: Readonly<Record<string, unknown>>;
}

/** An answer other than success; thrown where it is found out. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: BilingualText;
  readonly particulars: Particulars;
  constructor(status: number, code: string, zh: string, en: string, particulars: Particulars = {}) {
    super(en);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.text = { zh, en };
    this.particulars = particulars;
  }
}

const STATUS_OF: Readonly<Record<RejectionKind, number>> = {
  invalid: 422,
  forbidden: 403,
  hidden: 404,
  conflict: 409,
  stale: 412,
  reused: 422,
};

/** A refused command as an answer: status by its kind, with its rule and faults. */
export function problemOfRejection(rejection: Rejection): Problem {
  const { kind, code, zh, en, rule, faults } = rejection;
  return new Problem(STATUS_OF[kind], code, zh, en, { rule, errors: faults });
}

/** One field or parameter that is not as it should be. */
export function invalid(code: string, pointer: string, zh: string, en: string): Problem {
  return new Problem(422, code, zh, en, { errors: [{ pointer, code, detail: { zh, en } }] });
}

/** 404; also for what a caller must not know of. */
export function notThere(): Problem {
  return new Problem(404, 'not-found', '未找到', 'Not found');
}

/** The problem a thrown value stands for; anything unknown is a fault of ours and says nothing of itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof IdentityRefused) return problemOfIdentity(error);
  if (error instanceof BadCursor) return new Problem(400, 'bad-cursor', '分页游标无效', 'The cursor is not valid');
  if (error instanceof NoSuchPosition) {
    return new Problem(400, 'no-such-position', '台账中没有这一位置', 'Nothing stands at this position of the log');
  }
  if (error instanceof QuotaExceeded) return problemOfQuota(error);
  if (error instanceof BlobRefused) return BLOB_PROBLEMS[error.code]();
  if (error instanceof StoreUnavailable) {
    if (error instanceof UnreadableEvent) return problemOfUnreadable(error);
    if (error instanceof Contention) return problemOfContention(error);
    if (error instanceof LogMismatch) return problemOfMismatch(error);
    const [code, zh, en] = OUTAGES[error.reason === 'mismatch' ? 'unreachable' : (error.reason ?? 'unreachable')];
    return new Problem(503, code, zh, en, { headers: { 'Retry-After': String(error.retryAfter) } });
  }
  if (error instanceof TooBusy) {
    return new Problem(503, 'too-busy', '同类请求过多，请稍后再试', 'Too many ask for the same, try again', {
      headers: { 'Retry-After': '3' },
    });
  }
  if (error instanceof ClockBehind) return problemOfClock(error);
  if (error instanceof AppendTooLarge) return problemOfAppend(error);
  if (isUndecodablePath(error)) {
    return new Problem(400, 'malformed-path', '路径编码错误', 'The path is not properly encoded');
  }
  return new Problem(500, 'internal-error', '系统内部错误，已记录', 'An internal error occurred and was logged');
}

function problemOfQuota({ quota: { files, bytes } }: QuotaExceeded): Problem {
  return new Problem(
    507,
    'upload-quota',
    `本单位已上传而未附于任何事项的文件已达上限（${files}个，${bytes}字节，本系统制度）：请先使用或等待清理`,
    `Your organisation has uploaded as much as it may without attaching it (${files} files, ${bytes} bytes; house rule)`,
  );
}

function problemOfContention({ retryAfter }: Contention): Problem {
  return new Problem(
    503,
    'contention',
    '该事项正被多方同时办理，本次未能记录：请稍后以同一幂等键重试',
    'Others are writing the same matter: repeat the request later with the same idempotency key',
    { headers: { 'Retry-After': String(retryAfter) } },
  );
}

/** Its stream and kind are for the operators' log: they may tell of what is hidden. */
function problemOfUnreadable({ position, retryAfter }: UnreadableEvent): Problem {
  return new Problem(
    503,
    'unreadable-event',
    `台账第 ${position} 位的事件无法读取，相关事项暂不能办理，已记录`,
    `The event at position ${position} of the log cannot be read: what rests on it cannot be decided`,
    { headers: { 'Retry-After': String(retryAfter) } },
  );
}

function problemOfMismatch({ zh, en, retryAfter }: LogMismatch): Problem {
  return new Problem(503, 'log-mismatch', zh, en, { headers: { 'Retry-After': String(retryAfter) } });
}

const OUTAGES: Readonly<
  Record<Exclude<OutageReason, 'mismatch'> | 'unreachable', readonly [code: string, zh: string, en: string]>
> = {
  unreachable: ['store-unavailable', '存储暂不可用，请稍后重试', 'Storage is unavailable, try again'],
  busy: ['store-unavailable', '存储繁忙，请稍后重试', 'Storage is busy, try again'],
  full: [
    'storage-full',
    '存储空间已满，暂不能写入，查询照常',
    'The disk is full: nothing can be written, queries go on',
  ],
  'read-only': [
    'storage-read-only',
    '存储为只读，暂不能写入，查询照常',
    'The disk is read-only: nothing can be written, queries go on',
  ],
  failing: ['storage-failing', '存储设备读写出错，请稍后重试', 'The disk reports errors, try again'],
  replaced: [
    'storage-replaced',
    '存储文件在运行中被删除或替换：请停止服务，恢复文件后重新启动',
    'A file of the storage was deleted or replaced while in use: stop the service, restore it, start again',
  ],
  damaged: ['storage-damaged', '存储文件已损坏，须由运维恢复', 'A file of the storage is damaged: restore it'],
  refused: [
    'storage-refused',
    '存储服务器拒绝本系统登录或操作，须由运维更正',
    'A storage server does not let this system in: its operators have to mend it',
  ],
};

/** Seconds: somebody has to set the clock right. */
const RETRY_OF_CLOCK = 60;

function problemOfClock({ clock, latest }: ClockBehind): Problem {
  const seconds = Math.ceil(millisecondsBehind(clock, latest) / 1_000);
  return new Problem(
    503,
    'clock-behind',
    `服务器时钟比台账最新记录时间慢 ${seconds} 秒，校准前不办理写入；查询照常`,
    `The server's clock is ${seconds} s behind the latest time on the log: nothing is recorded until it is set right; reads go on`,
    { headers: { 'Retry-After': String(RETRY_OF_CLOCK) } },
  );
}

function problemOfAppend({ size, limit }: AppendTooLarge): Problem {
  return new Problem(
    413,
    'append-too-large',
    `本次办理需一次记入台账 ${size} 字节，超过上限 ${limit} 字节（本系统制度），未作任何记录：请缩减内容或分次办理`,
    `This would record ${size} bytes at once, the limit is ${limit} (house rule). Nothing was recorded: say less, or do it in parts`,
  );
}

const BLOB_PROBLEMS: Readonly<Record<BlobRefused['code'], () => Problem>> = {
  'too-large': () => new Problem(413, 'file-too-large', '文件过大', 'The file is too large'),
  'unsupported-type': () =>
    new Problem(
      415,
      'file-type-not-accepted',
      '不接受此类文件：可上传 PDF、Word、Excel、PPT、WPS、图片、UTF-8 文本和 ZIP',
      'Files of this type are not accepted: send PDF, office documents, images, UTF-8 text or ZIP',
    ),
  'text-encoding': () =>
    new Problem(
      415,
      'text-encoding-not-accepted',
      '文本文件不是 UTF-8 编码（似为 GB18030 或 UTF-16，或不完整）：请另存为 UTF-8 后上传',
      'The text is not in UTF-8, or not whole: save it as UTF-8 first',
    ),
  empty: () => new Problem(422, 'file-empty', '文件为空', 'The file is empty'),
};

const CHALLENGE = { headers: { 'WWW-Authenticate': 'Bearer' } };

const IDENTITY_PROBLEMS: Readonly<Record<IdentityFault, (refused: IdentityRefused) => Problem>> = {
  'token-invalid': () => new Problem(401, 'token-invalid', '登录凭证无效', 'The token is not valid', CHALLENGE),
  'provider-refused': () =>
    new Problem(
      401,
      'provider-refused',
      '统一身份认证没有通过，或者不是由本浏览器刚刚发起的，请重新登录',
      'The identity provider has not let you in, or this browser did not begin it; sign in again',
      CHALLENGE,
    ),
  'token-expired': () => new Problem(401, 'token-expired', '登录已过期', 'The session has ended', CHALLENGE),
  'ticket-refused': () =>
    new Problem(
      401,
      'ticket-refused',
      '推送凭证无效、已经用过或者已过期（一分钟内有效，只能用一次），请重新领取',
      'The ticket is not valid, was used or has expired: each opens one stream, once, within a minute; ask for another',
      CHALLENGE,
    ),
  'login-failed': () => new Problem(401, 'login-failed', '账户或密码错误', 'Wrong account or password', CHALLENGE),
  'reset-code-needed': () =>
    new Problem(
      409,
      'reset-code-needed',
      '该账户尚无本地密码，首个密码须凭管理人员发放的一次性代码设置',
      'The account has no local password: its first one is set with a one-time code from its administrators',
    ),
  'reset-code-refused': () =>
    new Problem(
      403,
      'reset-code-refused',
      '账户或代码无效，或代码已过期',
      'Wrong account or code, or the code has expired',
    ),
  'password-common': () => badPassword('password-common'),
  'password-own-name': () => badPassword('password-own-name'),
  'second-factor-missing': () =>
    new Problem(
      401,
      'second-factor-missing',
      '请同时提供动态口令',
      'The code of the second factor is needed',
      CHALLENGE,
    ),
  'second-factor-wrong': () =>
    new Problem(
      401,
      'second-factor-wrong',
      '动态口令错误或已使用，请待下一个口令',
      'The code is wrong or has been used: wait for the next one',
      CHALLENGE,
    ),
  'second-factor-exists': () =>
    new Problem(409, 'second-factor-exists', '该账户已有第二因素', 'The account has a second factor already'),
  'second-factor-to-be-enrolled': () =>
    new Problem(
      403,
      'second-factor-to-be-enrolled',
      '该角色须先登记第二因素（POST /me/second-factor）',
      'This role needs a second factor: set it up first (POST /me/second-factor)',
    ),
  'no-role-held': () => new Problem(403, 'no-role-held', '账户当前没有任何角色', 'The account holds no role today'),
  'role-not-held': () =>
    new Problem(403, 'role-not-held', '账户当前不具有该角色', 'The account does not hold this role today'),
  'role-ambiguous': refused =>
    new Problem(409, 'role-ambiguous', '账户有多个角色，请选择其一', 'The account holds several roles: name one', {
      extension: { grants: refused.grants.map(({ role, orgId, orgName }) => ({ role, orgId, orgName })) },
    }),
  'key-scope': () =>
    new Problem(
      403,
      'key-scope',
      '接口密钥不能用于此处：密钥只供其用途范围内的读取，办理事项须由本人登录',
      'The key does not open this: keys read within their scopes; people sign in to act',
    ),
  'key-quota-used-up': refused =>
    new Problem(
      429,
      'key-quota-used-up',
      '该密钥本分钟的请求次数已用完',
      'The key has used up its requests of this minute',
      {
        headers: {
          'Retry-After': String(refused.retryAfter),
          'RateLimit-Policy': keyPolicy(refused.requestsPerMinute),
          RateLimit: `"key";r=0;t=${refused.retryAfter}`,
        },
      },
    ),
  'too-many-attempts': refused =>
    new Problem(429, 'too-many-attempts', '尝试次数过多，请稍后再试', 'Too many attempts, try later', {
      headers: { 'Retry-After': String(refused.retryAfter), RateLimit: `"sign-in";r=0;t=${refused.retryAfter}` },
    }),
};

function badPassword(fault: PasswordFault): Problem {
  const [zh, en] = PASSWORD_FAULTS[fault];
  return invalid(fault, '/password', zh, en);
}

function problemOfIdentity(refused: IdentityRefused): Problem {
  return IDENTITY_PROBLEMS[refused.fault](refused);
}

/** The router throws this for a path such as `/%ff`. */
function isUndecodablePath(error: unknown): boolean {
  return error instanceof URIError;
}

/** The body of a problem answer. */
export function problemBody(problem: Problem, language: Language, traceId: string): string {
  const { status, code, text, particulars } = problem;
  return JSON.stringify({
    type: `urn:gongguan:problem:${code}`,
    title: problemTitle(status)[language],
    status,
    detail: text[language],
    code,
    traceId,
    ...(particulars.rule && { rule: citation(particulars.rule) }),
    ...(particulars.errors && { errors: particulars.errors.map(fault => toldIn(language, fault)) }),
    ...particulars.extension,
  });
}

function toldIn(language: Language, fault: ToldFault): InputFault {
  const { pointer, code } = fault;
  return { pointer, code, detail: sentenceOfFault(fault, language) };
}

/** What is wrong with a field, after its name. */
export function sentenceOfFault({ name, detail }: ToldFault, language: Language): string {
  const said = typeof detail === 'string' ? detail : detail[language];
  if (name === undefined) return said;
  return language === 'zh' ? `${name}：${said}` : `${name}: ${said}`;
}

/** A rule as people cite it: the printed label of the article, the item of the year's work plan, or 制度. */
function citation(rule: LegalBasis): object {
  if ('houseRule' in rule) return { houseRule: rule.houseRule, label: houseRuleLabel(rule.houseRule).zh };
  if ('plan' in rule) return { workPlan: rule.plan, version: rule.version, item: rule.item };
  return {
    doc: rule.doc,
    article: rule.article,
    label: articleLabel(rule.article),
    ...(rule.item && { item: rule.item }),
  };
}

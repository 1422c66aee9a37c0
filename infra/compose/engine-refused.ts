/** A server that answers, and does not let this system in or do what it must. */
import { StoreUnavailable } from '../../services/ports.ts';

/** Seconds; whoever keeps the accounts of the server ends it. */
const RETRY_AFTER = 10;

export type EngineName = 'EventStoreDB' | 'MongoDB' | 'Redis';

/** `sign-in`: user or password; `right`: the user is known, and may not do it. */
export type RefusalKind = 'sign-in' | 'right';

const VARIABLES: Readonly<Record<EngineName, string>> = {
  EventStoreDB: 'EVENTSTOREDB_URL',
  MongoDB: 'MONGODB_URL',
  Redis: 'REDIS_URL',
};

/** What the user must be allowed; infra/README.md has the lines to type. */
const RIGHTS: Readonly<Record<EngineName, readonly [zh: string, en: string]>> = {
  EventStoreDB: [
    '读取 $all（其元数据 $acl 的 $r），读写名称以命名空间和点开头的流',
    'to read $all ($r in the $acl of its metadata), and to read and write the streams whose names begin with the namespace and a dot',
  ],
  MongoDB: ['该数据库上的 readWrite 角色', 'the role readWrite on the database'],
  Redis: [
    '以命名空间和冒号开头的键上的全部读写命令及 INFO',
    'every command that reads or writes on the keys that begin with the namespace and a colon, and INFO',
  ],
};

/** The server refuses; `cause` is what it or its client said. */
export class EngineRefused extends StoreUnavailable {
  readonly engine: EngineName;
  readonly kind: RefusalKind;
  constructor(engine: EngineName, kind: RefusalKind, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`${sentenceOf(engine, kind)}: ${said}`, { cause, reason: 'refused', retryAfter: RETRY_AFTER });
    this.name = 'EngineRefused';
    this.engine = engine;
    this.kind = kind;
  }
}

function sentenceOf(engine: EngineName, kind: RefusalKind): string {
  if (kind === 'sign-in') {
    const variable = VARIABLES[engine];
    return `${engine} 拒绝登录：用户名或密码不对，请更正 ${variable} 或 ${variable}_FILE 所指的文件 (${engine} refuses the sign-in: user or password is wrong, correct ${variable} or the file that ${variable}_FILE names)`;
  }
  const [zh, en] = RIGHTS[engine];
  return `${engine} 不许该用户如此操作，请授予：${zh}；见 infra/README.md (${engine} does not allow the user to do this, grant him: ${en}; see infra/README.md)`;
}

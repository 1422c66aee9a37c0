/** The state of the ledger in words: what is signed, by which key, who has confirmed it, and what is not confirmed. */
import { count, minute } from './format.ts';
import { Facts, Table } from './table.tsx';

/** As GetLedgerState answers. */
export interface LedgerNow {
  readonly origin: string;
  readonly checkpoint?: {
    readonly size: number;
    readonly root: string;
    readonly signedAt: string;
    readonly cosignatures: readonly { readonly witness: string; readonly at: string }[];
  };
  readonly stamped?: { readonly size: number; readonly at: string };
  /** For those who oversee. */
  readonly uncovered?: number;
}

/** As ListWitnesses answers. */
export interface WitnessTold {
  readonly name: string;
  readonly state: string;
  readonly size: number;
  readonly since?: string;
  readonly cosignedAt?: string;
  readonly reason?: string;
}

/** As ListLedgerKeys answers. */
export interface SigningKey {
  readonly publicKey: string;
  readonly suite: string;
  readonly introducedOn: string;
  readonly retiredOn?: string;
  readonly reason?: string;
}

/** Of a tree's root so much is read aloud. */
const SHORT = 12;

export const isRefusing = ({ state }: WitnessTold): boolean => state === 'refusing' || state === 'unacquainted';

/** Bad where somebody refuses: then the log is not what he saw of it. */
export function SignedVerdict({
  state,
  witnesses,
}: {
  readonly state: LedgerNow;
  readonly witnesses: readonly WitnessTold[];
}) {
  const { checkpoint, stamped } = state;
  const refusing = witnesses.filter(isRefusing);
  if (!checkpoint) return <p class="alert">账本尚无检查点：首个检查点签署以后才可以核验。</p>;
  const cosigned =
    checkpoint.cosignatures.length === 0
      ? '尚无见证人共签'
      : `已由见证人 ${checkpoint.cosignatures.map(({ witness }) => witness).join('、')} 共签`;
  return (
    <div class={refusing.length > 0 ? 'verdict bad' : 'verdict'}>
      <p>
        台账的 {count(checkpoint.size)} 个事件已载入 {minute(checkpoint.signedAt)} 签署的检查点，{cosigned}；
        {stamped
          ? `第 1 至第 ${count(stamped.size)} 个事件有 ${minute(stamped.at)} 的可信时间戳。`
          : '尚无可信时间戳。'}
      </p>
      {refusing.map(({ name, reason }) => (
        <p>
          见证人 {name} 拒绝共签{reason === undefined ? '' : `：${reason}`}
          。所见与其以前所见不符时才会拒绝，应当立即查明。
        </p>
      ))}
    </div>
  );
}

export function LedgerFacts({ state: { origin, checkpoint, stamped, uncovered } }: { readonly state: LedgerNow }) {
  return (
    <Facts
      facts={[
        ['账本名称', origin],
        ['最近的检查点', checkpoint && `第 1 至第 ${count(checkpoint.size)} 个事件`],
        ['签署于', checkpoint && minute(checkpoint.signedAt)],
        ['树根（开头）', checkpoint && <span class="hash">{checkpoint.root.slice(0, SHORT)}…</span>],
        [
          '尚未载入检查点的事件',
          uncovered === undefined ? undefined : uncovered === 0 ? '没有' : `${count(uncovered)} 个`,
        ],
        ['可信时间戳', stamped ? `第 1 至第 ${count(stamped.size)} 个事件，${minute(stamped.at)}` : '没有'],
      ]}
    />
  );
}

const STATES: Readonly<Record<string, string>> = {
  unasked: '尚未询问',
  cosigning: '正常共签',
  away: '联系不上',
  refusing: '拒绝共签',
  unacquainted: '不认识本账本的密钥',
};

export function Witnesses({ witnesses }: { readonly witnesses: readonly WitnessTold[] }) {
  return (
    <Table
      caption="见证人"
      none="没有设置见证人：检查点只有系统自己的签名。"
      columns={[
        { head: '见证人', cell: ({ name }) => name },
        {
          head: '状态',
          cell: witness => (
            <span class={isRefusing(witness) ? 'warn' : undefined}>{STATES[witness.state] ?? witness.state}</span>
          ),
        },
        { head: '共签到', cell: ({ size }) => (size === 0 ? '尚未共签' : `第 ${count(size)} 个事件`) },
        { head: '最近一次共签', cell: ({ cosignedAt }) => (cosignedAt ? minute(cosignedAt) : '没有'), isOneLine: true },
        { head: '现状自', cell: ({ since }) => (since ? minute(since) : ''), isOneLine: true },
      ]}
      rows={witnesses}
    />
  );
}

export function SigningKeys({ keys }: { readonly keys: readonly SigningKey[] }) {
  return (
    <Table
      caption="账本的签名密钥"
      none="尚未启用签名密钥。"
      columns={[
        { head: '启用', cell: ({ introducedOn }) => minute(introducedOn), isOneLine: true },
        { head: '停用', cell: ({ retiredOn }) => (retiredOn ? minute(retiredOn) : '在用'), isOneLine: true },
        { head: '算法', cell: ({ suite }) => (suite === 'sm' ? '国密 SM2、SM3' : 'Ed25519、SHA-256') },
        { head: '公钥', cell: ({ publicKey }) => <span class="hash">{publicKey}</span> },
        { head: '停用理由', cell: ({ reason }) => reason ?? '' },
      ]}
      rows={keys}
    />
  );
}

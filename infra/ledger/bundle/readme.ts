/** The README.md of a bundle: how to verify it, what is proved by it, and what is not. */
import type { BundleScope } from './scope.ts';

export interface Described {
  readonly origin: string;
  readonly size: number;
  readonly signedAt: string;
  readonly madeAt: string;
  readonly scope: BundleScope;
  readonly reader: 'public' | 'MSR' | 'SUP';
}

const READERS: Readonly<Record<Described['reader'], string>> = {
  public: '社会公众 (the public)',
  MSR: '市市场监督管理部门 (the municipal authority)',
  SUP: '监督机构 (the supervising body)',
};

function scopeText(scope: BundleScope): string {
  switch (scope.kind) {
    case 'log':
      return '整个台账 (the whole log)';
    case 'year':
      return `${scope.year}年度 (the programme year ${scope.year})`;
    case 'project':
      return `项目 ${scope.projectId} (one project)`;
    case 'person':
      return `账户 ${scope.accountId} 的持有人 (the person behind one account)`;
  }
}

/** What the proofs say of the events depends on whether all of them are there. */
function completeness({ scope, size }: Described): { readonly zh: string; readonly en: string } {
  if (scope.kind === 'log') {
    return {
      zh: `- 次序与数目：第 0 至第 ${size - 1} 个事件一个不少，没有插入、调换或重复。`,
      en: `- Order and number: events 0 to ${size - 1} are all there; none was put in, exchanged or repeated.`,
    };
  }
  return {
    zh: '- 所列的每一个事件都在检查点之内。本包**不证明列全**：范围内还有没有别的事件，须看整个台账的证据包。',
    en: '- Each event listed is within the checkpoint. **That all are listed is not proved**: for that take the bundle of the whole log.',
  };
}

export function readmeOf(described: Described): string {
  const { origin, size, signedAt, madeAt, scope, reader } = described;
  const { zh, en } = completeness(described);
  return `# 质量攻关台账证据包 Evidence from the quality-improvement ledger

| | |
| --- | --- |
| 台账 log | \`${origin}\` |
| 检查点 checkpoint | ${size} 个事件 (events)，${signedAt} 签署 (signed) |
| 范围 scope | ${scopeText(scope)} |
| 读者 reader | ${READERS[reader]} |
| 制作 made | ${madeAt} |

检查点签署之后记入的事件不在本包内。What was recorded after the checkpoint is not in it.

## 怎样核验 How to verify

1. 把压缩包里的 \`verify.html\` 解出来，用浏览器打开（不需要网络，也不安装任何东西），再把整个压缩包拖到页面上。
   Take \`verify.html\` out of the zip, open it in a browser (no network, nothing to install), and drop the whole zip on the page.
2. 手中有以前的检查点、见证人的检查点，或从别处得到的公钥，一并交给它：包内的公钥只说明这个包自己前后一致。
   Give it what you hold from elsewhere too (an earlier checkpoint, the witness's, a public key): the keys inside show no more than
   that the bundle agrees with itself.

## 证明了什么 What is proved

${zh}
- 每个写出的事件，其编号、类型、所属的流、记入时刻和披露的内容，自检查点签署以来一字未改。
- 包内其他检查点都是本检查点的前段：台账只增加，没有改写。
- 有见证人联署的，见证人在所载时刻见过同一棵树；有可信时间戳的，该检查点不晚于所载时刻已经存在。

${en}
- Of each event that is written out: its id, type, stream, time of recording, and what is disclosed of it, unchanged to the letter since
  the checkpoint was signed.
- The other checkpoints are beginnings of this one: the log was only added to.
- Where a witness has cosigned, he saw the same tree at the time he names; where there is a time stamp, the checkpoint existed by then.

## 没有证明什么 What is not proved

- **记入的内容是否真实。** 记了假话，账本同样保存得完好。
- **事情实际何时发生。** 记入时刻是系统时钟的；发生时刻由经办人填报；时间戳只证明“不晚于”。
- **谁在键盘前。** 只知道是以哪个账户办理的。
- **系统以外的事。** 没有记入的，账本一无所知。
- **被截去的末尾。** 持有签名密钥的人可以截去末尾、甚至改写之后重新签署；没有包外的检查点或见证人，单凭本包看不出来。
- **附件。** 文件不在包内；事件里有它们的 SHA-256，拿到文件可以自己比对。

- **That a recorded fact is true.** A false statement is kept just as well.
- **When it really happened.** The time of recording is the system's clock; the time of the act was stated by whoever entered it; a time
  stamp says "no later than".
- **Who sat at the keyboard.** Only which account acted.
- **What was kept off the system.** What was never recorded the ledger does not know.
- **A cut tail.** Whoever has the signing key can cut the end off, or rewrite all, and sign again; without a checkpoint from outside or a
  witness this bundle alone does not show it.
- **Attachments.** Files are not in it; their SHA-256 stand in the events, to compare a file with.

## 看不到的 What is hidden

本包按读者可见的范围披露。不可见的事件只给出一个摘要：知道有一个事件，不知道是什么，也无法靠猜测内容来验证。可见的事件，
内容可能不披露；披露的内容附有盐值。姓名等个人信息在台账里是加密的，这里仍是密文；依法删除之后，证明依然成立。

What the reader may not see is one hash: that there is an event, and nothing of it; a guess of its content cannot be confirmed. Of
what he may see, the content may be withheld; a salt goes with what is disclosed. Names and other personal data are sealed in the log
and stay sealed here; after an erasure all proofs still hold.

## 文件 Files

- \`manifest.json\`：范围、读者、每个文件的 SHA-256 (scope, reader, and the hash of every file)
- \`checkpoint\`、\`checkpoints/\`：检查点及其一致性证明 (checkpoints and consistency proofs; C2SP tlog-checkpoint)
- \`timestamps/\`：可信时间戳，用 \`openssl ts -verify\` 核验签发者 (RFC 3161)
- \`keys.json\`：公钥的历史和见证人 (the history of the keys, and the witnesses)
- \`events.ndjson\`：一行一个事件 (one line an event)
- \`lists.json\`：公布的名单 (published lists)
- \`verify.html\`：核验页；\`verify.mjs\`：同一程序，\`node verify.mjs 证据包.zip\` (the verifier, as a page and for Node)
`;
}

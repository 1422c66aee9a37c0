/** What each kind of work in the background is called, and what it means where one of its jobs was given up. */

interface JobWord {
  readonly title: string;
  /** What is missing while it is not done. */
  readonly missing: string;
}

/** By the name of the kind. */
const WORDS: Readonly<Record<string, JobWord>> = {
  'derive-reminders': { title: '查找到期的提醒', missing: '到期的事项可能没有提醒' },
  'send-reminder': { title: '发送提醒', missing: '有单位没有收到期限提醒' },
  'withdraw-after-revocation': { title: '撤销认定后取消典型', missing: '已撤销认定的成果可能仍列为典型' },
  'erase-personal-data': { title: '删除个人信息', missing: '已确认删除的个人信息可能仍可读取' },
  'take-back-uploads': { title: '清理未使用的上传文件', missing: '没有内容缺失，只是占用存储空间' },
  'rotate-ledger-key': { title: '启用台账签名密钥', missing: '新的签名密钥尚未启用，检查点仍用原密钥签署' },
  'have-checkpoints-cosigned': { title: '请见证人共签检查点', missing: '最近的检查点可能没有见证人共签' },
  'have-checkpoints-timestamped': { title: '为检查点取得可信时间戳', missing: '最近的检查点可能没有可信时间戳' },
};

/** One that this version has no word for was added by another version. */
export function jobWord(kind: string): JobWord {
  return WORDS[kind] ?? { title: '本版本不认识的任务', missing: '该项后台事务没有办成' };
}

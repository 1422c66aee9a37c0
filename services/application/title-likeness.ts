/**
 * How alike two titles are, when a synonym or the order of words differs: Dice over their characters and pairs of characters,
 *   2 × |A ∩ B| / (|A| + |B|).
 * Titles of this field are built alike (提高…一次合格率, 降低…故障率): what only that frame makes alike is not. So the score is
 * the lesser of two, one with the frame and one without it.
 */

/** What titles say of the change and of the measure that is changed, whatever the work is about. */
const FRAME = [
  ...['提高', '提升', '增强', '增加', '改善', '改进', '优化', '加快', '保证', '确保', '实现'],
  ...['降低', '减少', '减小', '缩短', '消除', '杜绝', '解决', '控制'],
  ...['一次验收合格率', '一次交验合格率', '一次合格率', '不合格率', '合格率', '优良率', '优秀率', '达标率', '成功率'],
  ...['不良率', '缺陷率', '次品率', '废品率', '返工率', '返修率', '差错率', '故障率', '投诉率', '损耗率', '发生率'],
  ...[
    '故障停机时间',
    '停机时间',
    '等候时间',
    '等待时间',
    '设备完好率',
    '完好率',
    '利用率',
    '及时率',
    '准确率',
    '覆盖率',
  ],
  ...['客户满意度', '顾客满意度', '满意度', '满意率', '单位能耗', '能耗', '物料损耗率', '成本', '效率', '质量'],
];
const FRAME_WORDS = new RegExp(FRAME.sort((a, b) => b.length - a.length).join('|'), 'gu');

const MIN_LENGTH = 2;

/** Characters and pairs of characters of a title, in ascending order and each once. */
type Pieces = Uint32Array;

export interface ComparableTitle {
  readonly whole: Pieces;
  /** Empty when there is nothing but the frame. */
  readonly core: Pieces;
}

/** @param title levelled */
export function comparableTitle(title: string): ComparableTitle {
  const core = title.replace(FRAME_WORDS, '');
  const whole = piecesOf(title);
  return { whole, core: core === title ? whole : piecesOf(core) };
}

/** From 0 to 1. */
export function likeness(a: ComparableTitle, b: ComparableTitle): number {
  if (a.core.length === 0 && b.core.length === 0) return dice(a.whole, b.whole);
  const core = dice(a.core, b.core);
  const isFramed = a.core !== a.whole || b.core !== b.whole;
  return core > 0 && isFramed ? Math.min(core, dice(a.whole, b.whole)) : core;
}

/** None of what is too short to tell a work by. */
function piecesOf(text: string): Pieces {
  const pieces = new Set<number>();
  if (text.length < MIN_LENGTH) return Uint32Array.from(pieces);
  for (let at = 0; at < text.length; at += 1) {
    pieces.add(text.charCodeAt(at));
    if (at > 0) pieces.add(text.charCodeAt(at - 1) * 65_536 + text.charCodeAt(at));
  }
  return Uint32Array.from(pieces).sort();
}

function dice(a: Pieces, b: Pieces): number {
  if (a.length + b.length === 0) return 0;
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const difference = (a[i] as number) - (b[j] as number);
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return (2 * shared) / (a.length + b.length);
}

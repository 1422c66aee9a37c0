/**
 * 制度: rules that the programme keeps for itself. The regulation is silent on them (domain 1.9), so they are cited by
 * name and never with an article; where a work plan speaks of the same, its item is cited instead.
 */
const HOUSE_RULES = {
  rulebook: { zh: '办法和制度登记', en: 'register of regulations and rules' },
  particulars: { zh: '登记信息变更', en: 'changes of registered particulars' },
  'title-reservation': { zh: '一题一报', en: 'one title, one application' },
  'two-persons': { zh: '两人分办', en: 'two persons' },
  'own-materials': { zh: '核实回避', en: 'nobody verifies for his own unit' },
  'result-undertaking': { zh: '成果材料承诺', en: 'undertaking for result materials' },
  'earlier-results': { zh: '历年优秀成果登记', en: 'record of results of earlier years' },
  'panel-draw': { zh: '专家随机抽取', en: 'random draw of experts' },
  'several-panels': { zh: '分组评定', en: 'several panels' },
  'in-person': { zh: '本人办理', en: 'in person' },
  'one-number': { zh: '一人一号', en: 'one number a person' },
  'score-divergence': { zh: '评分分歧说明', en: 'explanation of diverging scores' },
  'public-notice': { zh: '公示和异议处理', en: 'public notice and objections' },
  certificates: { zh: '证书颁发', en: 'certificates' },
  'due-process': { zh: '处理前的告知和听取陈述', en: 'notification and hearing before a decision' },
  'review-of-decisions': { zh: '处理决定的复核', en: 'review of a decision' },
  integration: { zh: '数据接口', en: 'data interfaces' },
  ledger: { zh: '存证账本', en: 'ledger' },
} as const satisfies Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

export type HouseRule = keyof typeof HOUSE_RULES;
/** A rule of the house as people cite it. */
export function houseRuleLabel(rule: HouseRule): { readonly zh: string; readonly en: string } {
  const { zh, en } = HOUSE_RULES[rule];
  return { zh: `内部制度（${zh}）`, en: `Rule of the house (${en})` };
}

export const HOUSE_RULE_IDS = Object.keys(HOUSE_RULES) as [HouseRule, ...HouseRule[]];

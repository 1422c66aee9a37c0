/** Who takes part in the year under test, and what they write. */
import { creditCodeCheckSymbol } from '../../events/ids.ts';
import { PLANNED_PHASES, type WorkPlan } from '../../events/programme.ts';

export const YEAR = 2024;
export const SECRETARIAT = 'service-2024';
export const DISTRICT = { binhai: '120116', hexi: '120103' } as const;

/** The authority: its office, two reviewers, and the one who publishes. */
export const OFFICE = 'msr.wang';
export const REVIEWER = 'msr.zhao';
export const SECOND_REVIEWER = 'msr.sun';
export const PUBLISHER = 'msr.chen';
export const SUPERVISOR = 'sup.li';
export const SECOND_SUPERVISOR = 'sup.he';
export const THIRD_PARTY = 'tpo.service';
export const MUNICIPAL = '天津市市场监督管理委员会';

export const BODIES = [
  {
    bodyId: 'd-binhai',
    kind: 'district-bureau',
    role: 'REC-D',
    name: '滨海新区市场监督管理局',
    officer: '刘强',
    jurisdiction: { district: DISTRICT.binhai },
  },
  {
    bodyId: 'd-hexi',
    kind: 'district-bureau',
    role: 'REC-D',
    name: '河西区市场监督管理局',
    officer: '周敏',
    jurisdiction: { district: DISTRICT.hexi },
  },
  {
    bodyId: 'i-gongxin',
    kind: 'industry-authority',
    role: 'REC-I',
    name: '市工业和信息化局',
    officer: '吴磊',
    jurisdiction: { industry: '工业' },
  },
  {
    bodyId: 'a-qiche',
    kind: 'association',
    role: 'REC-A',
    name: '天津市汽车行业协会',
    officer: '郑洁',
    jurisdiction: { industry: '汽车' },
  },
] as const;

/** The account of a body. */
export const officerOf = (bodyId: string) => `rec.${bodyId.slice(2)}`;

export interface Unit {
  readonly uscc: string;
  readonly account: string;
  readonly name: string;
  readonly kind: '企业' | '事业单位' | '专业组织';
  readonly district: string;
  readonly industries: readonly string[];
  readonly isBranch: boolean;
}

function unit(
  account: string,
  name: string,
  kind: Unit['kind'],
  district: string,
  industries: readonly string[],
  serial: string,
  isBranch = false,
): Unit {
  const first17 = `${kind === '企业' ? '91' : '12'}${district}MA05${serial}`;
  return {
    uscc: `${first17}${creditCodeCheckSymbol(first17)}`,
    account,
    name,
    kind,
    district,
    industries,
    isBranch,
  };
}

export const UNITS = {
  haihe: unit('unit.haihe', '天津海河智能装备有限公司', '企业', DISTRICT.binhai, ['工业'], '00001'),
  jinmen: unit('unit.jinmen', '天津津门汽车部件有限公司', '企业', DISTRICT.hexi, ['汽车', '工业'], '00002'),
  hospital: unit('unit.hospital', '天津河西中心医院', '事业单位', DISTRICT.hexi, ['卫生'], '00003'),
  society: unit('unit.society', '天津市焊接学会', '专业组织', DISTRICT.binhai, ['工业'], '00004'),
  excluded: unit('unit.excluded', '天津盘龙机电有限公司', '企业', DISTRICT.binhai, ['工业'], '00005'),
  outsider: unit('unit.outsider', '京津联合制造天津分公司', '企业', DISTRICT.binhai, ['工业'], '00006', true),
  tainted: unit('unit.tainted', '天津渤海铸造有限公司', '企业', DISTRICT.binhai, ['工业'], '00007'),
} as const;

const STEPS = PLANNED_PHASES.map(phase => ({
  phase,
  procedure: `${phase}环节按本方案组织`,
  requirements: `${phase}环节材料齐全、按期完成`,
}));

export const PLAN: WorkPlan = {
  title: '2024年度天津市质量攻关工作方案',
  steps: STEPS,
  deadlines: {
    applicationOpens: '2024-03-01',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 10,
    verification: '2024-05-31',
    municipalReview: '2024-06-28',
    projectPlanPublication: '2024-07-15',
    training: '2024-08-30',
    results: '2024-11-15',
    evaluation: '2024-12-13',
    exchangeMeeting: '2024-12-27',
    monitoringEveryMonths: 3,
    visitsPerYear: 1,
  },
  options: { requiredDocuments: ['证明材料'], similarityThreshold: 0.5 },
  panelRules: '评定组不少于五人且为单数，随机抽取并留存记录。',
  scoringRulesRef: '质量攻关成果评定标准（2024版）',
};

/** A result of 2023 that two applications of 2024 resemble. */
export const EARLIER = {
  resultId: 'er-2023-001',
  year: 2023,
  title: '缩短门诊患者平均候诊时间',
  unitName: UNITS.hospital.name,
  uscc: UNITS.hospital.uscc,
  problem: '门诊患者平均候诊时间长达四十七分钟，高峰时段超过七十分钟，患者满意度连续两个季度下降。',
  methods: ['排队论模型', '因果图', '流程再造'],
  results: '平均候诊时间由四十七分钟缩短到二十八分钟，患者满意度提高到九十六分以上。',
  source: { document: '关于公布2023年度天津市质量攻关优秀成果的通知' },
};

/** What an application is about. */
export interface Work {
  readonly title: string;
  readonly problem: string;
  readonly methods: readonly string[];
  readonly results: string;
  /** Expected economic benefit. */
  readonly yuan: number;
  readonly people: readonly string[];
}

export function contentOf({ problem, methods, results, yuan, people }: Work, remark = '') {
  return {
    qualityProblem: problem,
    methods,
    procedure: '按计划、执行、检查、处理四个阶段推进。',
    improvementOrInnovation: '改进工艺参数并固化为标准作业文件。',
    feasibility: `现有设备与人员可以支撑。${remark}`,
    expectedResults: results,
    expectedEconomic: { yuan, basis: '按上年度实际损失测算。' },
    expectedSocial: '减少资源浪费，提升用户满意度。',
    categories: ['提质增效', '节能降耗'],
    participants: people.map((name, at) => ({ name, duty: at === 0 ? '项目负责人' : '技术骨干' })),
  };
}

const work = (
  title: string,
  problem: string,
  methods: readonly string[],
  results: string,
  yuan: number,
  people: readonly string[],
): Work => ({ title, problem, methods, results, yuan, people });

export const WORKS = {
  castings: work(
    '降低减速机壳体铸造废品率',
    '壳体铸件废品率达百分之八点二，气孔与缩松占全部缺陷的七成。',
    ['排列图', '正交试验'],
    '铸件废品率降到百分之三以下。',
    1_200_000,
    ['张伟', '李娜', '王芳'],
  ),
  energy: work(
    '降低热处理炉单位产品电耗',
    '热处理工序吨电耗比行业先进值高出百分之十九。',
    ['价值工程', '统计过程控制'],
    '吨电耗下降百分之十五。',
    860_000,
    ['张伟', '陈刚'],
  ),
  brakes: work(
    '提高制动盘跳动量一次合格率',
    '制动盘端面跳动超差，一次交检合格率仅百分之八十八。',
    ['测量系统分析', '过程能力研究'],
    '一次合格率提高到百分之九十七。',
    640_000,
    ['赵军'],
  ),
  copied: { ...EARLIER, yuan: 300_000, people: ['孙丽', '钱进'] },
  continued: { ...EARLIER, title: '缩短门诊患者平均候诊时间（二期）', yuan: 280_000, people: ['何静', '马超'] },
  welding: work(
    '减少薄板焊接变形返修',
    '薄板构件焊后变形，返修工时占总工时一成以上。',
    ['田口方法'],
    '返修工时减少一半。',
    410_000,
    ['冯涛', '曹颖'],
  ),
  branch: work(
    '提升装配线扭矩合格率',
    '螺栓扭矩离散大，抽检合格率长期徘徊在九成。',
    ['控制图'],
    '抽检合格率稳定在百分之九十九。',
    150_000,
    ['沈浩', '韩雪'],
  ),
  withdrawn: work(
    '缩短模具换型时间',
    '换型平均需要九十五分钟，设备利用率不足六成。',
    ['快速换模'],
    '换型时间压缩到四十分钟。',
    220_000,
    ['李娜', '陈刚'],
  ),
  drafted: work('降低检验报告差错率', '检验报告差错频发。', ['差错防止'], '差错率减半。', 90_000, ['许晴', '邓凯']),
  late: work(
    '降低转向节锻件折叠缺陷',
    '转向节锻件折叠缺陷导致整批报废，每月损失近九万元。',
    ['失效模式与影响分析'],
    '折叠缺陷降低八成。',
    530_000,
    ['赵军', '彭勇'],
  ),
  kept: work(
    '降低铸钢件补焊次数',
    '铸钢件平均补焊三点六次，交期延误严重。',
    ['头脑风暴', '对策表'],
    '平均补焊不超过一次。',
    470_000,
    ['袁峰', '苏婷'],
  ),
  stopped: work(
    '减少砂型铸造粉尘排放',
    '落砂工位粉尘浓度接近限值，员工投诉增多。',
    ['六西格玛'],
    '粉尘浓度下降四成。',
    200_000,
    ['袁峰', '蒋欣'],
  ),
  overdue: work(
    '提高数控机床主轴精度保持性',
    '主轴热漂移导致批量尺寸超差。',
    ['多变量分析'],
    '精度保持时间延长一倍。',
    350_000,
    ['王芳', '陈刚'],
  ),
  unanswered: work('降低护理不良事件发生率', '跌倒事件同比上升。', ['根因分析'], '不良事件减少三成。', 60_000, [
    '何静',
    '吕薇',
  ]),
} as const satisfies Record<string, Work>;

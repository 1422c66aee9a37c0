/** The words of the demo year: titles, contents and opinions that read like the real ones. */
import type { Chance } from './chance.ts';

/** What is improved in an industry. */
const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  工业: ['电动自行车车架焊接', '光伏组件层压', '焊材药芯填充', '精密轴承磨削', '航空紧固件热处理', '集成电路封装键合'],
  建筑: ['石材幕墙安装', 'ALC条板安装', '清水混凝土框架柱', '钢筋直螺纹连接', '复合木地板铺装', '地下室防水施工'],
  交通: [
    '市政道路井周路面',
    '地铁盾构管片拼装',
    '索塔受限空间张拉',
    '公交车辆进站对位',
    '桥梁伸缩缝安装',
    '沥青路面摊铺',
  ],
  卫生: ['门诊药房调配', '手术器械清洗', '静脉留置针穿刺', '急诊分诊', '检验标本送检', '住院患者跌倒防范'],
  商贸: ['生鲜冷链配送', '商场客诉处理', '加油站油气回收', '电商订单拣选', '超市价签核对', '再生资源分拣'],
  文旅: ['景区检票通行', '场馆讲解服务', '酒店客房清洁', '图书借阅流通', '演出票务核验', '古建筑彩画修缮'],
  城市管理: ['垂直绿化养护', '厨余垃圾收运', '道路机械化清扫', '供热管网平衡', '燃气入户安检', '路灯故障抢修'],
  水务: ['自来水厂加药', '污水处理曝气', '供水管网检漏', '泵站机组运行', '水表抄收', '河道清淤'],
  农业: ['设施番茄育苗', '奶牛挤奶卫生', '小站稻收割', '水产苗种运输', '蔬菜农残检测', '饲料混合'],
  教育: ['实训设备维护', '校园食堂留样', '实验室试剂管理', '在线课程录制', '校车接送', '教材发放'],
  科技: ['检测样品流转', '成果转化登记', '大型仪器预约', '孵化器入驻服务', '计量器具校准', '实验数据归档'],
  民政: ['养老机构助浴', '社区助餐配送', '婚姻登记预约', '救助申请受理', '殡仪服务接待', '儿童福利照护'],
  国资: ['变压器绕组绕制', '港口集装箱装卸', '钢板热轧表面', '乙烯裂解炉运行', '轮胎硫化', '电缆挤包'],
  邮政: ['快件分拣', '末端派送签收', '邮件封发', '国际邮件通关', '包裹破损防护', '寄递实名核验'],
  通信: ['宽带装机', '基站退服处理', '光缆接续', '机房空调能耗', '客服热线接通', '5G室分安装'],
  药品: ['中药饮片炮制', '疫苗冷链运输', '片剂压片', '医疗器械灭菌', '药品追溯扫码', '注射剂灯检'],
  生态环境: ['在线监测设备运维', '危险废物转移', '锅炉烟气脱硝', '噪声监测布点', '土壤采样', '水质自动站运行'],
};

/** What the results of earlier years improved: other things, for a title that is close to one of them is looked at. */
export const EARLIER_OBJECTS: Readonly<Record<string, readonly string[]>> = {
  工业: ['自行车花鼓装配', '硅片切割', '焊丝镀铜', '齿轮箱总装', '钛合金铣削', '晶圆清洗'],
  建筑: ['装配式剪力墙吊装', '屋面卷材铺贴', '逆作法基坑支护', '高强螺栓终拧', '地采暖管敷设', '脚手架搭设'],
  交通: ['隧道喷射混凝土', '轨道扣件养护', '斜拉索防腐', '出租汽车调度', '高速公路护栏校正', '透水路基压实'],
  卫生: ['采血窗口叫号', '内镜追溯登记', '新生儿腕带佩戴', '病案首页编码', '院内感染监测', '透析患者随访'],
  商贸: ['散装食品称重', '会员积分兑换', '油品计量交接', '前置仓补货', '退换商品查验', '旧家电回收登记'],
  水务: ['滤池反冲洗', '污泥脱水', '二次供水水箱清洗', '闸门启闭', '用水报装', '排水井盖巡查'],
  国资: ['发电机定子嵌线', '散货船配载', '无缝钢管矫直', '加氢反应器换剂', '橡胶密炼', '漆包线涂漆'],
  通信: ['用户光猫配置', '铁塔巡检', '管道人孔疏通', '数据中心供电切换', '固话号码携转', '微波链路对准'],
};

const GAINS = ['一次合格率', '一次验收合格率', '及时率', '准确率', '客户满意度', '设备完好率'] as const;
const LOSSES = ['缺陷率', '返工率', '单位能耗', '故障停机时间', '投诉率', '物料损耗率'] as const;

export const METHODS = [
  'QC小组活动',
  'PDCA循环',
  '因果图',
  '排列图',
  '正交试验设计',
  '失效模式与影响分析',
  '统计过程控制',
  '六西格玛管理',
  '质量功能展开',
  '亲和图',
  '测量系统分析',
  '5S管理',
] as const;

const DEFECTS = [
  '尺寸超差',
  '表面划伤',
  '漏检',
  '参数漂移',
  '操作不一致',
  '等待时间长',
  '信息录入错误',
  '工装磨损',
  '来料波动',
  '交接遗漏',
] as const;

export const SURNAMES = '王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑';
const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国玉梅志鹏宇浩';

/** A made-up Chinese name of two or three characters. */
export function personName(chance: Chance): string {
  const given = Array.from({ length: chance.between(1, 2) }, () => chance.pick([...GIVEN])).join('');
  return chance.pick([...SURNAMES]) + given;
}

export interface Topic {
  readonly title: string;
  readonly object: string;
  readonly measure: string;
  readonly raises: boolean;
}

/** What a project of an industry is about. */
export function topicOf(industry: string, chance: Chance, objects = OBJECTS): Topic {
  const object = chance.pick(objects[industry] ?? (objects.工业 as readonly string[]));
  const raises = chance.next() < 0.65;
  const measure = raises ? chance.pick(GAINS) : chance.pick(LOSSES);
  return { title: `${raises ? '提高' : '降低'}${object}${measure}`, object, measure, raises };
}

const CATEGORIES = ['提质增效', '节能降耗', '优化服务', '自主创新'] as const;

export interface DemoProblem {
  readonly problem: string;
  readonly methods: readonly string[];
  readonly results: string;
}

/** The part of a text that sameness is judged on. */
export function demoProblemOf(topic: Topic, place: string, chance: Chance): DemoProblem {
  const [first, second] = chance.some(DEFECTS, 2);
  const before = chance.between(60, 90);
  const gain = chance.between(4, 9);
  return {
    problem: `${place}近${chance.between(3, 12)}个月的${chance.between(200, 9000)}组记录显示，${topic.object}的${topic.measure}为${before}.${chance.between(0, 9)}%，未达到目标。主要症结是${first}与${second}，分别占${chance.between(40, 55)}%和${chance.between(15, 35)}%。`,
    methods: chance.some(METHODS, chance.between(2, 4)),
    results: `${topic.raises ? '由' : '较'}${before}%${topic.raises ? '提高到' : '下降至'}${topic.raises ? Math.min(before + gain, 99) : before - gain}%，年节约${chance.between(12, 480)}万元，形成作业指导书${chance.between(1, 6)}份。`,
  };
}

/** An application's content, as the form sends it. */
export function contentOf(topic: Topic, text: DemoProblem, chance: Chance) {
  const categories = chance.some(CATEGORIES, chance.between(1, 2));
  return {
    qualityProblem: text.problem,
    methods: [...text.methods],
    procedure: '按选题、现状调查、设定目标、原因分析、确定要因、制定对策、实施、效果检查、巩固措施、总结十个步骤开展。',
    improvementOrInnovation: `针对要因改进${topic.object}的工装与参数窗口，并把检查点前移到${chance.pick(['来料', '首件', '交接', '班前'])}环节。`,
    feasibility: `小组${chance.between(5, 10)}人，具备${chance.pick(['检测', '试验', '信息化', '工艺'])}条件，单位已立项并配套经费，实施周期${chance.between(6, 10)}个月。`,
    expectedResults: text.results,
    expectedEconomic: { yuan: chance.between(50_000, 5_000_000), basis: '按近一年产量与单位损失测算，财务部门复核。' },
    expectedSocial: chance.pick(['减少能源消耗与排放。', '缩短市民等候时间。', '提升安全水平。', '带动上下游改进。']),
    categories,
    participants: Array.from({ length: chance.next() < 0.01 ? 1 : chance.between(4, 9) }, (_, at) => ({
      name: personName(chance),
      duty:
        at === 0 ? '项目负责人' : at === 1 ? '质量负责人' : chance.pick(['技术骨干', '数据分析', '现场实施', '标准化']),
    })),
  };
}

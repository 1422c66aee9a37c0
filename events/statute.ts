/**
 * The statute as dated data: 《天津市质量攻关管理办法》 (津政办规〔2023〕12号), its 27 articles with exact text and SHA-256.
 * The print skips 第十一条 and prints 第十七条 twice, so articles are cited by stable id, never by label.
 */

/** The document every statutory basis cites. */
export const REGULATION = '津政办规〔2023〕12号';

/** Issued and in force from this civil date in Asia/Shanghai (art-27). */
export const ISSUED_ON = '2023-12-29';

/**
 * Last day on which a new annual programme may open. "有效期5年" with the issue day counted; the Civil Code count gives
 * {@link LAST_DAY_BY_CIVIL_CODE}. The stricter one decides, both are shown.
 */
export const LAST_DAY = '2028-12-28';
export const LAST_DAY_BY_CIVIL_CODE = '2028-12-29';

/** The headings of the chapters, in order. */
export const CHAPTERS = [
  '第一章 总则',
  '第二章 项目申报和确定',
  '第三章 项目实施和成果评定',
  '第四章 宣传推广与监督管理',
  '第五章 附则',
] as const;

export const ARTICLE_IDS = [
  'art-01',
  'art-02',
  'art-03',
  'art-04',
  'art-05',
  'art-06',
  'art-07',
  'art-08',
  'art-09',
  'art-10',
  'art-12',
  'art-13',
  'art-14',
  'art-15',
  'art-16',
  'art-17a',
  'art-17b',
  'art-18',
  'art-19',
  'art-20',
  'art-21',
  'art-22',
  'art-23',
  'art-24',
  'art-25',
  'art-26',
  'art-27',
] as const;

/** A citable article. A wrong id does not compile. */
export type ArticleId = (typeof ARTICLE_IDS)[number];

export interface Article {
  readonly id: ArticleId;
  /** 1..27 in printed order, without a gap. */
  readonly ordinal: number;
  /** The label as printed; not unique. */
  readonly label: string;
  readonly chapter: 1 | 2 | 3 | 4 | 5;
  readonly subject: string;
  /** The exact text after the label; items stand on their own lines. */
  readonly text: string;
  /** SHA-256 of `text` in UTF-8, lower-case hex. */
  readonly hash: string;
}

export const ARTICLES: readonly Article[] = [
  {
    id: 'art-01',
    ordinal: 1,
    label: '第一条',
    chapter: 1,
    subject: 'purpose and basis',
    text: '为进一步规范本市质量攻关管理工作，激发各行业参与群众性质量管理活动的积极性，推动企事业单位广泛深入开展质量攻关，提升全面质量管理水平，根据本市质量强市建设工作的有关规定，制定本办法。',
    hash: '93ed994c6dead3b1d1a1ef73b03b5500b086266bf52f7c051ac2fdbaf67af023',
  },
  {
    id: 'art-02',
    ordinal: 2,
    label: '第二条',
    chapter: 1,
    subject: 'scope',
    text: '本市行政区域内质量攻关项目申报、立项、培训、跟踪服务、成果评定、宣传推广及监督管理等工作适用本办法。',
    hash: 'ff3eb1d6176b00c6d86085d7d6124911970125ef0f9144c4c63bb0b6bae19ff2',
  },
  {
    id: 'art-03',
    ordinal: 3,
    label: '第三条',
    chapter: 1,
    subject: 'definition',
    text: '本办法所称的质量攻关，是指针对质量问题，运用先进质量管理理论与方法，遵循科学的活动程序，开展质量改进与创新，提升质量水平，增进经济与社会效益的群众性质量活动。',
    hash: '55722d5e8b173a445ad57deb5cf8eb8261a1bf7e3382b3eb6dc416647a41d4fa',
  },
  {
    id: 'art-04',
    ordinal: 4,
    label: '第四条',
    chapter: 1,
    subject: 'annual cycle',
    text: '天津市质量攻关活动按年度组织开展，对质量攻关成果进行技术评定，并对优秀成果进行认定。',
    hash: 'f9c099811d37ec756350e6a7ef98b08450113994e2e0a985ea85ce7dc7279bec',
  },
  {
    id: 'art-05',
    ordinal: 5,
    label: '第五条',
    chapter: 1,
    subject: 'duties of the municipal authority',
    text: '市市场监督管理部门负责组织开展天津市质量攻关活动，主要职责是：\n(一) 制定天津市质量攻关活动有关制度规范并组织实施；\n(二) 委托具备能力的第三方机构承担组织天津市质量攻关活动的事务性工作；\n(三) 建立天津市质量攻关技术评定专家库并制定相关管理办法，对专家库实行动态管理。\n(四)涉及组织开展天津市质量攻关活动的其他工作。',
    hash: '754f2822fc65747e35de88443e8c98555b6f5312e2ff529146dc91ed82711216',
  },
  {
    id: 'art-06',
    ordinal: 6,
    label: '第六条',
    chapter: 1,
    subject: 'recommending bodies',
    text: '各市级行业主管部门和有关行业协会、区市场监督管理部门，分别负责本行业、本区域质量攻关的立项推荐和成果推荐工作。',
    hash: '33288940c8240f29d23cd320f10946f68fc931c18c3a13535a26ea4fe9746cfe',
  },
  {
    id: 'art-07',
    ordinal: 7,
    label: '第七条',
    chapter: 1,
    subject: 'coordination and exemplars',
    text: '市市场监督管理部门和市级行业主管部门、有关行业协会应加强协同配合，通过开展质量攻关培育质量品牌，在优势领域、优势行业中选树典型，充分发挥示范引领作用，增强本市质量和品牌发展能力。',
    hash: '1b89e17ae73c16ae0622f24de3af89e765af26bb615e5e131a96adc8e699b1a4',
  },
  {
    id: 'art-08',
    ordinal: 8,
    label: '第八条',
    chapter: 2,
    subject: 'application conditions',
    text: '申报天津市质量攻关项目需符合以下条件：\n(一)申报单位是在本市行政区域内登记注册的企事业单位或是由行业主管部门认可成立的进行行业质量管理的专业组织；\n(二)申报项目在提质增效、节能降耗、优化服务、自主创新等方面预期带来显著成效；\n(三)申报项目不得与历年优秀成果项目雷同。',
    hash: 'a992d31269e32db2dcc1f091678bf5e24b49c889602405dc4c12d6f1aaa771cc',
  },
  {
    id: 'art-09',
    ordinal: 9,
    label: '第九条',
    chapter: 2,
    subject: 'launch and work plan',
    text: '市市场监督管理部门每年上半年启动年度质量攻关项目申报工作，向社会公布年度质量攻关工作方案，明确工作程序和具体要求。',
    hash: '8de0331953091e9b3da3dd41510c34262125ab82d909593c056d85cea1f4b8b2',
  },
  {
    id: 'art-10',
    ordinal: 10,
    label: '第十条',
    chapter: 2,
    subject: 'application materials',
    text: '申报单位向市级行业主管部门或有关行业协会、区市场监督管理部门提交立项申报材料，申报材料应包括项目可行性分析和预期成效等内容，并保证完整性、真实性。',
    hash: '2bf0c563d250ba50f27cb96c84dcee40e269259f9294145c37e8db2aba535055',
  },
  {
    id: 'art-12',
    ordinal: 11,
    label: '第十二条',
    chapter: 2,
    subject: 'verification and project recommendation',
    text: '各市级行业主管部门和有关行业协会、区市场监督管理部门负责对立项申报材料的完整性、真实性进行核实，并将立项申报材料及推荐意见提交至市市场监督管理部门。',
    hash: '1864c2b86e1eae6945e9be9969a670fd53a6757c90daf8f1e7fc203065b20929',
  },
  {
    id: 'art-13',
    ordinal: 12,
    label: '第十三条',
    chapter: 2,
    subject: 'municipal review and project plan',
    text: '市市场监督管理部门对各市级行业主管部门和有关行业协会、区市场监督管理部门推荐的申报项目进行立项审核，通过立项审核的项目列入天津市质量攻关项目计划并向社会公布。',
    hash: 'd42eee70e1ac2a379d2d1774e8de54bcf1c40ceb661daae27883a7db6d872790',
  },
  {
    id: 'art-14',
    ordinal: 13,
    label: '第十四条',
    chapter: 3,
    subject: 'training',
    text: '市市场监督管理部门对项目单位质量负责人、项目负责人和技术骨干开展质量攻关培训，推广先进质量管理体系和方法，提升企业质量管理水平。',
    hash: '8107e041ed0d3a3ebf2410b03a846b066662300860b68eb5891f87ff8ae67ed0',
  },
  {
    id: 'art-15',
    ordinal: 14,
    label: '第十五条',
    chapter: 3,
    subject: 'implementation',
    text: '项目单位应制定项目实施方案并按计划推进，在具体实施过程中应遵循计划、执行、检查、处理程序；定期对项目的进展和效果进行监测和评估，及时调整项目实施策略。',
    hash: '3f2ab919816a43c8d5056da25e49cc007fa8e321a37b8ce98aa4e076b092877b',
  },
  {
    id: 'art-16',
    ordinal: 15,
    label: '第十六条',
    chapter: 3,
    subject: 'follow-up service',
    text: '各市级行业主管部门和有关行业协会、区市场监督管理部门应加强跟踪服务工作，适时深入项目单位指导、检查和督促项目进度，帮助解决问题，提出指导意见。',
    hash: '6660d11284ab6a2c7f9a36491e67b114d651d2de1f5f91d14f5a6fa73fe118d0',
  },
  {
    id: 'art-17a',
    ordinal: 16,
    label: '第十七条',
    chapter: 3,
    subject: 'result materials',
    text: '质量攻关项目完成后，项目单位应按要求向各市级行业主管部门或有关行业协会、区市场监督管理部门提交项目成果材料。',
    hash: '435f5b3a342cef289f76f5cef94b11cde95b7818f0adaf96a7daec777761bf4d',
  },
  {
    id: 'art-17b',
    ordinal: 17,
    label: '第十七条',
    chapter: 3,
    subject: 'result recommendation',
    text: '各市级行业主管部门和有关行业协会、区市场监督管理部门负责汇总项目成果材料并推荐至市市场监督管理部门。',
    hash: '242893824b5df8ede04adf656f99aa94ee91c7012588a9cc87386a57f84c58c6',
  },
  {
    id: 'art-18',
    ordinal: 18,
    label: '第十八条',
    chapter: 3,
    subject: 'panel and recusal',
    text: '市市场监督管理部门从专家库中遴选专家组建质量攻关技术评定组，入选专家与项目单位存在利害关系的，应当回避。',
    hash: 'f6e557276d7c02faaec8cb20fb3b7dea605138f4e527510dd6213c4bb33294db',
  },
  {
    id: 'art-19',
    ordinal: 19,
    label: '第十九条',
    chapter: 3,
    subject: 'principles and no cost to units',
    text: '质量攻关成果技术评定遵循科学、公正、公平的原则，各项目单位不承担任何费用。',
    hash: '37167caba24addc01fed0f4903bcba5377483eb9f8b9f33cb38320d5e762a51d',
  },
  {
    id: 'art-20',
    ordinal: 20,
    label: '第二十条',
    chapter: 3,
    subject: 'technical evaluation',
    text: '质量攻关技术评定组依据相关评定标准进行成果技术评定，提出天津市质量攻关优秀成果名单报市市场监督管理部门。',
    hash: '3c8ecec2f3f0a00f1b1ea1f0f9f38099521cb4033b51419b656306c5988d4e96',
  },
  {
    id: 'art-21',
    ordinal: 21,
    label: '第二十一条',
    chapter: 3,
    subject: 'review, publication and commendation',
    text: '市市场监督管理部门审核公布天津市质量攻关优秀成果，对优秀成果单位、参与人员和组织者予以通报表扬。',
    hash: 'a1c551837f595055a10d273e35f2a2947f953622d6ed014758c20f1b6dec3033',
  },
  {
    id: 'art-22',
    ordinal: 22,
    label: '第二十二条',
    chapter: 3,
    subject: 'incentives',
    text: '鼓励各市级行业主管部门和有关行业协会、区市场监督管理部门建立健全对质量攻关优秀成果参与人员激励制度。',
    hash: '92653486230b64c16cc896861acaa7a4ebbd8626cb016dae724d68bffb7a6cd2',
  },
  {
    id: 'art-23',
    ordinal: 23,
    label: '第二十三条',
    chapter: 4,
    subject: 'promotion by the municipal authority',
    text: '市市场监督管理部门负责开展质量攻关优秀成果宣传推广活动，组织召开天津市质量攻关优秀成果交流会。',
    hash: '5124530a93361b2bbdea859ea527d45c35583714b4c4d00b80f583b7b76beb10',
  },
  {
    id: 'art-24',
    ordinal: 24,
    label: '第二十四条',
    chapter: 4,
    subject: 'promotion by recommending bodies',
    text: '各市级行业主管部门和有关行业协会、区市场监督管理部门应积极组织本行业、本区域开展质量攻关优秀成果宣传推广活动。',
    hash: 'b1235c124b3db4099d087dc29aa9e1ba0087418225230c1064c5d48e19752289',
  },
  {
    id: 'art-25',
    ordinal: 25,
    label: '第二十五条',
    chapter: 4,
    subject: 'revocation and exclusion',
    text: '对发现项目单位通过提供虚假材料或采取不正当手段骗取天津市质量攻关优秀成果认定的，撤销其优秀成果的认定并进行通报，5年内不接受其再次申报质量攻关项目。',
    hash: 'cafead24ef60163dd8e594724aae837e7efa6669a5133a4d6910dec9c45e50f7',
  },
  {
    id: 'art-26',
    ordinal: 26,
    label: '第二十六条',
    chapter: 4,
    subject: 'staff discipline',
    text: '参与天津市质量攻关成果技术评定的工作人员在工作中应严格遵守评定程序和相关规定，实事求是、公正廉洁，依法保守国家秘密、商业秘密；对评定过程中滥用职权、玩忽职守、徇私舞弊、违反评定工作纪律的，按照有关规定予以处理。',
    hash: '710e18639079268969866147aeb64efe474c3e25699946973bc8312473fe43cf',
  },
  {
    id: 'art-27',
    ordinal: 27,
    label: '第二十七条',
    chapter: 5,
    subject: 'validity',
    text: '本办法自印发之日起施行，有效期5年。',
    hash: '480cd7b484987deaa83fb0b96db5d04e0a631b44726dea0cfdc58b1af1370c5e',
  },
];

/** Where the print departs from a plain numbering; registered with the regulation so that nobody "corrects" it. */
export const NUMBERING_ANOMALIES = [
  {
    label: '第十一条',
    kind: 'missing',
    note: '印发文本没有第十一条，任何引用均无效 (the print has no such article; never valid)',
  },
  { label: '第十七条', kind: 'duplicated', note: '印发文本有两个第十七条，分别为 art-17a、art-17b (printed twice)' },
  { label: '第十条', kind: 'page-break', note: '“项目可行性分析”被分页断开 (split by a page break)' },
  { label: '第十七条', kind: 'page-break', note: '“提交项目成果材料”被分页断开 (split by a page break)' },
  {
    label: '第五条',
    kind: 'bullets',
    note: '（一）至（三）带项目符号，（四）不带 (items 1-3 are bulleted, item 4 is not)',
  },
] as const;

const byId = new Map<string, Article>(ARTICLES.map(article => [article.id, article]));

/** The article of an id. */
export function articleOf(id: ArticleId): Article {
  return byId.get(id) as Article;
}

/** The printed label for people; the two 第十七条 are told apart. */
export function articleLabel(id: ArticleId): string {
  if (id === 'art-17a') return '第十七条（第一个第十七条）';
  if (id === 'art-17b') return '第十七条（第二个第十七条）';
  return articleOf(id).label;
}

/** The article that people mean by an id or a label, e.g. `art-12`, 第十二条, 第十七条（第一个第十七条）. */
export function articleNamed(cited: string): ArticleId | undefined {
  return ARTICLE_IDS.find(id => id === cited || articleLabel(id) === cited);
}

/** Why a cited article is no article, in Chinese and English, or undefined for a valid id. */
export function citationError(cited: string): { zh: string; en: string } | undefined {
  if (byId.has(cited)) return undefined;
  if (cited === 'art-11' || cited === '第十一条') {
    return { zh: '印发文本没有第十一条，不得引用', en: 'The printed text has no 第十一条; it cannot be cited' };
  }
  if (cited === 'art-17' || cited === '第十七条') {
    return {
      zh: '第十七条印了两次，请引用 art-17a 或 art-17b',
      en: '第十七条 is printed twice; cite art-17a or art-17b',
    };
  }
  return { zh: `没有条款 ${cited}`, en: `No article ${cited}` };
}

/** 第十一条, 第二十八条 and so on, where it is said to be of this regulation and not of another text. */
const CITED_AS_OURS =
  /(?:^|依据|根据|依照|按照|违反|适用|本办法|质量攻关管理办法》?(?:（[^）]*）)?)\s*(第[一二三四五六七八九十]+条)(?!（第[一二]个)/gu;

/** Why a text that people give cites an article that is none, in Chinese and English; undefined where it cites none such. */
export function citationFaultIn(text: string): { zh: string; en: string } | undefined {
  // Nearly every text cites nothing.
  if (!text.includes('条')) return undefined;
  for (const [, label = ''] of text.matchAll(CITED_AS_OURS)) {
    if (articleNamed(label)) continue;
    return citationError(label);
  }
  return undefined;
}

/** Fields of oversight: the trail, reports, records of access, dashboards, read models and the ledger. */
import type { WordTable } from './entry.ts';

export const oversightFields: WordTable = {
  account: '账户',
  asOf: ['截至', 'As of', '台账位置、时刻或日期'],
  organisation: ['单位', 'Organisation', '信用代码、推荐单位、委托编号，或 msr、sup'],
  validAt: ['有效时间', 'Valid at', '日期或时刻'],
  'ShowReportPage/days': ['登记可迟于载明日期的天数', 'Days that writing up may take', '如 7'],
  'ShowReportPage/from': ['记录时间不早于', 'Recorded from'],
  'ShowReportPage/on': ['有效日期', 'Valid on', '该日终了前发生的行为'],
  'ShowReportPage/to': ['记录时间早于', 'Recorded before'],
};

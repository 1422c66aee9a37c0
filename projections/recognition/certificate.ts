/**
 * What a certificate says in print: no more than the public check of it says. That there are certificates at all is the
 * work plan's, not the regulation's, so it cites no article. One whose result lost its recognition is printed all the
 * same, with that across it: the list keeps the line, too, and whoever was handed an older print learns why it counts
 * no more. If the decision is overturned, the old paper is the current one again, byte for byte.
 */
import type { z } from 'zod';
import { shanghaiDate } from '../../events/time.ts';
import { type Printable, type Wording, written } from '../printable.ts';
import type { certificateSchema } from './commendations.ts';

type Certificate = z.infer<typeof certificateSchema>;

const ISSUER: Wording = {
  zh: '天津市市场监督管理委员会',
  en: 'Tianjin Municipal Administration for Market Regulation',
};

export function certificatePaper(certificate: Certificate): Printable {
  const { certificateNo, year, title, issuedAt, revoked } = certificate;
  return {
    title: {
      zh: '天津市质量攻关优秀成果证书',
      en: 'Certificate of an Excellent Result of Quality Improvement in Tianjin',
    },
    number: certificateNo,
    entries: [
      { label: { zh: '项目名称', en: 'Project' }, text: title },
      ...recipientOf(certificate),
      { label: { zh: '年度', en: 'Year' }, text: String(year) },
    ],
    statement: {
      zh: `该项目成果被认定为${year}年度天津市质量攻关优秀成果，已予通报表扬，依年度工作方案颁发本证书。`,
      en: `The result was recognised as excellent and commended in ${year}; issued under the work plan of that year.`,
    },
    issuer: ISSUER,
    issuedOn: written(shanghaiDate(issuedAt)),
    issuedAt,
    check: `/certificates/${certificateNo}`,
    ...(revoked && { revoked: revocationOf(revoked) }),
  };
}

/** An organiser may be of the recommending body, so that his organisation is not that of the project (D-30). */
function recipientOf({ recipientType, orgName, person }: Certificate): Printable['entries'] {
  if (recipientType !== '组织者') {
    const unit = { label: { zh: '项目单位', en: 'Unit' }, text: orgName };
    return person === undefined ? [unit] : [unit, { label: { zh: '参与人员', en: 'Participant' }, text: person }];
  }
  const organiser = { zh: '组织者', en: 'Organiser' };
  if (person === undefined) return [{ label: organiser, text: orgName }];
  return [
    { label: organiser, text: person },
    { label: { zh: '所在单位', en: 'Organisation' }, text: orgName },
  ];
}

function revocationOf({ on, document }: NonNullable<Certificate['revoked']>): NonNullable<Printable['revoked']> {
  const date = written(on);
  return {
    stamp: { zh: '已撤销', en: 'REVOKED' },
    reason: {
      zh: `该成果的优秀成果认定已于${date.zh}撤销（${document}），本证书不再作为优秀成果的证明。`,
      en: `The recognition was revoked on ${date.en}; this certificate is no longer evidence of an excellent result.`,
    },
  };
}

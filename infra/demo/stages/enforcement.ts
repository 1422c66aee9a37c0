/** December: a recognised result turns out to be obtained by fraud, and one member of staff to have misbehaved (art-25, art-26). */
import { demoBodies, officers } from '../cast.ts';
import {
  actor,
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  officerOf,
  publisher,
  script,
  supervisor,
  thirdParty,
  url,
} from '../step.ts';
import type { DemoPanel } from './evaluation.ts';
import type { DemoProject } from './projects.ts';
import { resultIdOf } from './recognition.ts';

const investigator = actor(officers[2], 'MSR', 'msr');
const concerned = actor(officers[3], 'MSR', 'msr');

/** A fraud case on a result of the first panel, a case of misconduct on the second, undertakings (art-25, art-26). */
export function enforcementSteps([first, second]: readonly DemoPanel[]): DemoStep[] {
  const forged = first?.projects[2];
  const panelId = second?.panelId;
  return [...(forged ? fraud(forged) : []), ...(panelId ? misconduct(panelId) : []), ...undertakings()];
}

function fraud(project: DemoProject): readonly DemoStep[] {
  const work = script('fraud');
  const caseId = idFrom('ReportSuspectedFraud-fraud');
  const { unit, body } = project;
  work.add(at('2024-12-16', 60), officerOf(body), 'ReportSuspectedFraud', {
    uscc: unit.uscc,
    detail: '成果报告所附检测报告与原始记录不符。',
    evidence: [],
  });
  work.add(at('2024-12-17', 60), investigator, 'OpenFraudCase', {
    caseId,
    projectIds: [],
    resultIds: [resultIdOf(project)],
    grounds: '线索具体，附有原始记录。',
  });
  work.add(at('2024-12-18', 60), investigator, 'RecordEvidence', async memory => {
    const name = '检测机构复函.txt';
    const sha256 = await memory.store(`检测机构复函\n${unit.name}\n经查，本机构未出具该编号的报告。\n`);
    const evidence = [{ sha256, name, classification: 'internal' }];
    return { caseId, evidenceId: 'e-1', findings: '检测机构无该报告存根。', evidence };
  });
  const notice = { caseId, document: '津市监质告〔2024〕1号', answerBy: '2024-12-24' };
  work.add(at('2024-12-18', 120), investigator, 'NotifyUnit', notice);
  const statement = { caseId, statement: '报告由经办人员伪造，我单位失察。' };
  work.add(at('2024-12-20', 60), applicantOf(unit), 'RecordUnitStatement', statement);
  const finding = { caseId, kind: '虚假材料', findings: '成果报告所附检测报告系伪造。' };
  work.add(at('2024-12-23', 60), investigator, 'EstablishFraud', finding);
  const document = '津市监质撤〔2024〕1号';
  const circulation = { document, url: url('cx-1'), recipients: ['各推荐单位'] };
  work.add(at('2024-12-25', 60), publisher, 'RevokeRecognition', { caseId, circulation });
  return work.steps;
}

/** Known to the supervising body alone. */
function misconduct(panelId: string): readonly DemoStep[] {
  const work = script('misconduct');
  const misconductId = idFrom('ReportMisconduct-misconduct');
  const add = (date: string, command: string, input: object) =>
    work.add(at(date, 180), supervisor, command, { misconductId, ...input });
  const kind = '徇私舞弊';
  const report = {
    accountId: concerned.accountId,
    kind,
    detail: '评定期间私下会见参评单位人员。',
    panelId,
    evidence: [],
  };
  work.add(at('2024-12-16', 180), supervisor, 'ReportMisconduct', report);
  add('2024-12-17', 'OpenMisconductCase', { kind, grounds: '线索具体。' });
  add('2024-12-18', 'SuspendFromEvaluation', { from: '2024-12-18', reason: '核查期间。' });
  const authority = '驻局纪检监察组';
  add('2024-12-19', 'ReferMisconduct', { authority, document: '移〔2024〕1号' });
  const decision = { authority, document: '处〔2024〕1号', decidedOn: '2024-12-26', outcome: '给予警告。' };
  add('2024-12-26', 'RecordDisposition', decision);
  add('2024-12-27', 'FindTaintWithoutEffect', { panelId, reason: '该人员未参与打分和汇总。' });
  work.add(at('2024-12-27', 240), supervisor, 'CloseMisconductCase', {
    misconductId,
    outcome: 'founded',
    summary: '问题属实，已按规定处理。',
  });
  return work.steps;
}

/** Officers of the authority and of bodies undertake to keep what they read before they read anything. */
function undertakings(): readonly DemoStep[] {
  const work = script('undertakings');
  for (const body of demoBodies) {
    work.add(at('2024-03-01', 20), officerOf(body), 'SignConfidentialityUndertaking', {}, body.accountId);
  }
  work.add(at('2024-03-01', 25), thirdParty, 'SignConfidentialityUndertaking', {}, thirdParty.accountId);
  for (const officer of officers) {
    const who = actor(officer, 'MSR', 'msr');
    work.add(at('2024-03-01', 30), who, 'SignConfidentialityUndertaking', {}, officer);
  }
  return work.steps;
}

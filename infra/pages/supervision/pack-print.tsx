/** 证据材料 as one PDF file: the page of the same address, printed here, for whoever may read that page. */
import { z } from 'zod';
import { shanghaiDate } from '../../../events/time.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { parseInput, queryOf } from '../../http/input.ts';
import { notThere } from '../../http/problem.ts';
import { attachment } from '../../http/queries.ts';
import { isHeadOnly, sendBytes, sendHead } from '../../http/request-context.ts';
import type { PrintLong } from '../../printing/prints-kept.ts';
import { addressOfPage } from '../answer.ts';
import { askingOf, type PagePorts } from '../endpoint.ts';
import { blocksOf } from '../on-paper.ts';
import { minute } from '../parts/format.ts';
import { refusePage } from '../refusal.tsx';
import { PACK_PRINT } from './pack.tsx';
import { packOf, packScopeOf, packShape } from './pack-content.ts';
import { PackPaper } from './pack-paper.tsx';

const input = z.strictObject(packShape);
const PDF = 'application/pdf';

/** Some hundred pages at most, since a pack lists so many events at most; so many at a time as exports. */
export function packPrintEndpoint(ports: PagePorts & { readonly printLong: PrintLong }): Endpoint {
  return {
    kind: 'page',
    method: 'GET',
    path: PACK_PRINT,
    name: 'SavePack',
    title: '证据材料的 PDF',
    summary: 'The evidence of a project, unit, body, person, year or period as one PDF file.',
    access: OVERSIGHT,
    operation: { responses: {} },
    refuse: refusePage,
    async handle(context) {
      const { req, caller } = context;
      const given = Object.entries(queryOf(req.url, Object.keys(packShape))).filter(([, value]) => value !== '');
      const scope = packScopeOf(parseInput(input, Object.fromEntries(given), req, 'ShowPackPage'));
      if (!scope) throw notThere();
      const { now } = ports.reader;
      const filename = `${scope.title} ${scope.number} ${shanghaiDate(now)}.pdf`;
      const headers = ['Cache-Control', 'no-store', 'Content-Disposition', attachment(filename)];
      if (isHeadOnly(context)) return sendHead(context, PDF, headers);
      await ports.places.hold('export', context, async () => {
        const reader = { actor: caller?.actor, now, here: addressOfPage(context) };
        const pack = await packOf(scope, askingOf(context, reader, ports));
        const content = [<h1>{scope.title}</h1>, <PackPaper scope={scope} pack={pack} now={now} />];
        const printed = await ports.printLong({
          title: scope.title,
          number: scope.number,
          foot: `${minute(now)} 由台账得出，打印件以台账为准`,
          madeAt: now,
          blocks: blocksOf(content),
        });
        sendBytes(context, PDF, printed, headers);
      });
    },
  };
}

/** The form of a command as a browser posts it: whatever was typed, and the files that were chosen, stored as they come in. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import type { BlobStore, StoredBlob } from '../../../services/ports.ts';
import { Problem, problemOf } from '../../http/problem.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { malformedForm, mustBeFromHere } from '../form.ts';
import { putStored } from './stored.ts';
import type { Typed } from './typed.ts';

/** Of text alone: an application has some twenty texts of up to 4,000 characters, three bytes each. */
const TEXT_BYTES = 1_000_000;
const FIELDS = 3_000;
const LIMITS = {
  fields: FIELDS + 1,
  files: 20,
  parts: FIELDS + 30,
  fieldSize: 64_000,
  fieldNameSize: 200,
  headerPairs: 50,
};

/** Names of fields are those that the form gave them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*([/:][A-Za-z0-9_]+)*$/;

export interface ReadForm {
  readonly typed: Typed;
  /** Why a file was not taken, by the name of its field. */
  readonly refused: ReadonlyMap<string, Problem>;
}

/**
 * Reads a form that a page of this site sent; files are stored as the caller's organisation's, and left where nobody has signed
 * in. Throws a {@link Problem} where it is no form, or larger than any form is.
 */
export async function readTyped(context: RequestContext, { put }: Pick<BlobStore, 'put'>): Promise<ReadForm> {
  mustBeFromHere(context);
  const { req } = context;
  const orgId = context.caller?.actor.orgId;
  const form = parserOf(context);
  const typed: Typed = new Map();
  const refused = new Map<string, Problem>();
  const storing: Promise<void>[] = [];
  const files: Readable[] = [];
  let bytes = 0;
  let count = 0;

  form.on('field', (name, value, isNameCut, isValueCut) => {
    count += 1;
    bytes += name.length + Buffer.byteLength(value);
    if (isNameCut || isValueCut || bytes > TEXT_BYTES || count > FIELDS) form.destroy(tooLarge());
    else if (NAME.test(name)) typed.set(name, value);
    else form.destroy(malformedForm());
  });
  form.on('file', (name, stream, filename) => {
    files.push(stream.on('error', () => undefined));
    const at = name.replace(/:file$/, '');
    if (!filename || !NAME.test(at) || orgId === undefined) {
      stream.resume();
      return;
    }
    const keep = (stored: StoredBlob) => putStored(typed, at, filename, stored);
    const stored = put(stream, orgId).then(keep, error => {
      stream.resume();
      const problem = problemOf(error);
      if (problem.status >= 500 && problem.status !== 507) throw error;
      refused.set(at, problem);
    });
    // It is told once the form has been read; a rejection that nobody has taken by then would end the process.
    stored.catch(() => undefined);
    storing.push(stored);
  });
  for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const)
    form.on(limit, () => form.destroy(tooLarge()));
  try {
    await pipeline(req.iterator({ destroyOnReturn: false }), form);
  } catch (error) {
    for (const file of files) file.destroy(new Error('the form broke off'));
    await Promise.allSettled(storing);
    throw error instanceof Problem ? error : malformedForm();
  }
  await Promise.all(storing);
  return { typed, refused };
}

function parserOf({ req }: RequestContext) {
  try {
    return new Busboy({
      headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
      limits: LIMITS,
    });
  } catch {
    throw malformedForm();
  }
}

function tooLarge(): Problem {
  return new Problem(413, 'form-too-large', '表单内容过多，未作任何处理：请缩减文字', 'The form is too large');
}

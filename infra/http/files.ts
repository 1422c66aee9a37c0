/** Files: taken in as they are or as a form, typed by content, given out only as downloads. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import { type CreditCode, sha256Schema } from '../../events/ids.ts';
import { lineSchema, textFault } from '../../events/text.ts';
import type { FileOpening } from '../../projections/application/files.ts';
import type { BlobStore, StoredBlob } from '../../services/ports.ts';
import { fileName, MEDIA_TYPES } from '../blobs/media-type.ts';
import type { OpeningRequest, RecordAccess } from '../compose/access.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { notThere, Problem } from './problem.ts';
import { type Awaiting, attachment, awaitPosition, queryHeaders } from './queries.ts';
import { callerOf, isHeadOnly, type RequestContext, sendHead, sendJson, startStream } from './request-context.ts';

export interface FilePorts extends Awaiting {
  readonly blobs: BlobStore;
  /** What a caller opens with a file; undefined where it is not there for him. */
  readonly openingOf: (caller: Actor, sha256: string) => Promise<FileOpening | undefined>;
  readonly recordAccess: RecordAccess;
}

const storedSchema = z.object({ sha256: sha256Schema, size: z.int(), mediaType: z.string() });
const pathSchema = z.strictObject({ sha256: sha256Schema });
const binary = { schema: { type: 'string' as const, format: 'binary' } };

/**
 * Upload and download of files. 404 for a file that the caller has nothing to do with; opening material is put on
 * record first (art-26).
 */
export function fileEndpoints(ports: FilePorts): readonly Endpoint[] {
  const { blobs } = ports;
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/files`,
      name: 'StoreFile',
      title: '上传文件',
      summary:
        'Stores a file under its SHA-256; the type is found by content, whatever is declared. Only the organisation that has uploaded a file can attach it. Sent as a form, it keeps its name until it is attached under one.',
      access: 'signed-in',
      operation: {
        requestBody: {
          required: true,
          content: {
            'application/octet-stream': binary,
            'multipart/form-data': { schema: { type: 'object', properties: { file: binary.schema } } },
          },
        },
        responses: {
          201: {
            description: '已保存 (Stored)',
            headers: z.object({ Location: z.string() }),
            content: { 'application/json': { schema: storedSchema } },
          },
        },
      },
      async handle(context) {
        const { actor } = callerOf(context);
        const stored = await store(context.req, (content, name) => blobs.put(content, actor.orgId, name));
        const location = `${BASE}/files/${stored.sha256}`;
        sendJson(context, 201, JSON.stringify(stored), ['Cache-Control', 'no-store', 'Location', location]);
      },
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/files/:sha256`,
      name: 'ReadFile',
      title: '下载文件',
      summary: 'A file, as a download.',
      access: 'signed-in',
      operation: {
        requestParams: { path: pathSchema, header: queryHeaders },
        responses: {
          200: {
            description: '文件内容 (The content)',
            content: Object.fromEntries(MEDIA_TYPES.map(type => [type, binary])),
          },
        },
      },
      async handle(context) {
        const { sha256 } = parseInput(pathSchema, context.req.params, context.req);
        await awaitPosition(context, ports);
        await sendFile(context, sha256, ports);
      },
    },
  ];
}

async function sendFile(
  context: RequestContext,
  sha256: string,
  { blobs, openingOf, recordAccess }: FilePorts,
): Promise<void> {
  const { actor } = callerOf(context);
  const opening = await openingOf(actor, sha256);
  const stored = opening && (await blobs.stat(sha256));
  if (!stored) throw notThere();
  const given = opening.name ?? (await blobs.statUploadedBy(actor.orgId, sha256))?.name;
  const name = attachment(fileName(given ?? sha256, stored.mediaType));
  const headers = ['Content-Length', String(stored.size), 'Content-Disposition', name];
  if (isHeadOnly(context)) return sendHead(context, stored.mediaType, headers);
  await recordOpening({ ...context, actor }, sha256, opening, recordAccess);
  const content = await blobs.open(sha256);
  if (!content) throw notThere();
  startStream(context, stored.mediaType, headers);
  await pipeline(content, context.res);
}

/** What is on record with no unit is nobody's material: evidence that an organisation has just uploaded, mostly. */
async function recordOpening(
  request: OpeningRequest,
  sha256: string,
  { units }: FileOpening,
  recordAccess: RecordAccess,
): Promise<void> {
  if (units.length === 0) return;
  const objects = [{ objectId: sha256, units: units as CreditCode[] }];
  await recordAccess(request, 'ReadFile', [{ kind: 'file', objects }]);
}

const FORM = /^multipart\/form-data\s*;/i;

/** Stores content as the caller's organisation's, under a name or none. */
type Put = (content: AsyncIterable<Uint8Array>, name?: string) => Promise<StoredBlob>;

function store(req: IncomingMessage, put: Put): Promise<StoredBlob> {
  if (FORM.test(req.headers['content-type'] ?? '')) return storeFromForm(req, put);
  return put(req.iterator({ destroyOnReturn: false }));
}

/** Stores the one file of a form while the form is being read. */
async function storeFromForm(req: IncomingMessage, put: Put): Promise<StoredBlob> {
  const form = formParser(req);
  let storing: Promise<StoredBlob> | undefined;
  let file: Readable | undefined;
  form.on('file', (_field, stream, name) => {
    file = stream.on('error', () => undefined);
    storing = put(stream, isName(name) ? name.trim() : undefined);
    storing.catch(() => stream.resume());
  });
  form.on('filesLimit', () => form.destroy(new Problem(422, 'one-file-only', '每次只能上传一个文件', 'Send one file')));
  try {
    await pipeline(req.iterator({ destroyOnReturn: false }), form);
  } catch (error) {
    file?.destroy(new Error('the form broke off'));
    await storing?.catch(() => undefined);
    throw error instanceof Problem ? error : malformedForm();
  }
  if (!storing) throw new Problem(422, 'file-missing', '表单中没有文件', 'The form has no file');
  return storing;
}

/** A name that people cannot read, or that is none, is as good as no name: the file is taken in all the same. */
function isName(name: string | undefined): name is string {
  return lineSchema.safeParse(name).success && textFault(name as string, 'line') === undefined;
}

function formParser(req: IncomingMessage) {
  try {
    return new Busboy({
      headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
      limits: { files: 1, fields: 10, parts: 20, fieldSize: 1_000, headerPairs: 50 },
    });
  } catch {
    throw malformedForm();
  }
}

function malformedForm(): Problem {
  return new Problem(400, 'malformed-form', '表单格式错误', 'The form is malformed');
}

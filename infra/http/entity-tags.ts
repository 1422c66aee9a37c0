/**
 * Entity tags (RFC 9110, 8.8.3). What is read is tagged by its content, which tells its reader nothing that he has not read;
 * what a command has recorded, by where its stream stands then.
 */
import { hash } from 'node:crypto';

/** The strong tag of a content, without quotes; each coding of it has a tag of its own ({@link codedTag}). */
export function contentTag(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url').slice(0, TAG_LENGTH);
}

/** 132 bits. */
const TAG_LENGTH = 22;

/** The quoted tag of a content as it is sent: in a coding its bytes are others. */
export function codedTag(tag: string, coding: string | undefined): string {
  return coding ? `"${tag}-${coding}"` : `"${tag}"`;
}

const OPAQUE = /^"([\x21\x23-\x7e]*)"$/;
const CONTENT = /^([A-Za-z0-9_-]{22})(?:-(?:br|gzip))?$/;
const STREAM = /^([^@]{1,200})@(0|[1-9]\d{0,14})$/;

/** What `If-Match` or `If-None-Match` says: that there is anything, or which of some it is. */
export type Tags = '*' | readonly Tag[];
export type Tag = { readonly content: string } | { readonly stream: string; readonly revision: number };

/** More than anybody has seen of one thing. */
const MOST_TAGS = 50;

/**
 * The tags of a header of `If-Match`, all of them strong and of this API; undefined for anything else. A list is of at
 * most {@link MOST_TAGS}.
 */
export function strongTags(header: string): Tags | undefined {
  if (header.trim() === '*') return '*';
  const tags = listed(header).map(tagOf);
  const isWhole = tags.length > 0 && tags.length <= MOST_TAGS && tags.every(tag => tag !== undefined);
  return isWhole ? (tags as readonly Tag[]) : undefined;
}

/** Whether a header of `If-None-Match` names a content, whatever its coding (weak comparison). */
export function namesContent(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  return listed(header).some(each => {
    const named = tagOf(each.replace(/^W\//, ''));
    return named !== undefined && 'content' in named && named.content === tag;
  });
}

const listed = (header: string) => header.split(',').map(each => each.trim());

function tagOf(text: string): Tag | undefined {
  const opaque = OPAQUE.exec(text)?.[1] ?? '';
  const content = CONTENT.exec(opaque)?.[1];
  if (content !== undefined) return { content };
  const [, stream, revision] = STREAM.exec(opaque) ?? [];
  return stream === undefined ? undefined : { stream, revision: Number(revision) };
}

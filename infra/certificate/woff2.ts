/**
 * WOFF2 unpacked to the tables of TrueType (https://www.w3.org/TR/WOFF2/). fontkit reads WOFF2 as well, but it varies the
 * weight of plain TrueType only: from a variable WOFF2 it gives the lightest, whatever is asked (foliojs/fontkit#377).
 */
import { brotliDecompressSync } from 'node:zlib';
import { Bytes } from './bytes.ts';
import { glyphTables, type Tables, withLongOffsets } from './sfnt.ts';
import { restoredGlyphs } from './woff2-glyphs.ts';

const SIGNATURE = 'wOF2';
/** The directory names a table by its place in this list. */
const KNOWN_TAGS = [
  ...'cmap,head,hhea,hmtx,maxp,name,OS/2,post,cvt ,fpgm,glyf,loca,prep,CFF ,VORG,EBDT,EBLC,gasp,hdmx,kern,LTSH'.split(
    ',',
  ),
  ...'PCLT,VDMX,vhea,vmtx,BASE,GDEF,GPOS,GSUB,EBSC,JSTF,MATH,CBDT,CBLC,COLR,CPAL,SVG ,sbix,acnt,avar,bdat'.split(','),
  ...'bloc,bsln,cvar,fdsc,feat,fmtx,fvar,gvar,hsty,just,lcar,mort,morx,opbd,prop,trak,Zapf,Silf,Glat,Gloc'.split(','),
  ...'Feat,Sill'.split(','),
];
const OTHER_TAG = 0x3f;
/** How the outlines and their index are marked when they are stored as they are. */
const UNTOUCHED = 3;

interface Packed {
  readonly tag: string;
  readonly transformed: boolean;
  /** In the unpacked data. */
  readonly length: number;
}

/** The outlines must be stored as streams, as every tool does; their offsets are made anew. */
export function tablesOf(woff2: Uint8Array): Tables {
  const bytes = new Bytes(woff2);
  if (bytes.tag() !== SIGNATURE) throw new TypeError('not a WOFF2 file');
  bytes.take(8);
  const count = bytes.u16();
  bytes.take(6);
  const packedLength = bytes.u32();
  bytes.take(24);
  const directory = Array.from({ length: count }, () => entryOf(bytes));
  return unpacked(directory, new Bytes(brotliDecompressSync(bytes.take(packedLength))));
}

function entryOf(bytes: Bytes): Packed {
  const flags = bytes.u8();
  const known = flags & 0x3f;
  const tag = known === OTHER_TAG ? bytes.tag() : (KNOWN_TAGS[known] as string);
  const originalLength = bytes.base128();
  const form = flags >> 6;
  const transformed = tag === 'glyf' || tag === 'loca' ? form !== UNTOUCHED : form !== 0;
  return { tag, transformed, length: transformed ? bytes.base128() : originalLength };
}

function unpacked(directory: readonly Packed[], data: Bytes): Tables {
  const tables = new Map<string, Uint8Array>();
  for (const { tag, transformed, length } of directory) {
    const table = data.take(length);
    if (!transformed) {
      tables.set(tag, table);
    } else if (tag === 'glyf') {
      const { glyf, loca } = glyphTables(restoredGlyphs(new Bytes(table)));
      tables.set('glyf', glyf).set('loca', loca);
    } else if (tag !== 'loca') {
      throw new TypeError(`the table ${tag} is stored in a form that is not known here`);
    }
  }
  return tables.set('head', withLongOffsets(tables.get('head') as Uint8Array));
}

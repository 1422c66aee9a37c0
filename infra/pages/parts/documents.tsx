/** Files on record: what they are called and of what kind; each is opened from its own address only when it is asked for. */
import { codeWord } from '../../../events/words.ts';
import { fileAddress } from '../downloads.ts';
import { minute } from './format.ts';
import { Table } from './table.tsx';

export interface DocumentOnFile {
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly classification: string;
  readonly at: string;
}

/** `1.2 MB`. */
function sizeWord(bytes: number): string {
  if (bytes < 1_000) return `${bytes} 字节`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function Documents({ documents }: { readonly documents: readonly DocumentOnFile[] }) {
  return (
    <>
      <Table
        caption="文件"
        none="没有上传文件。"
        columns={[
          { head: '种类', cell: row => row.kind, isOneLine: true },
          { head: '文件', cell: row => <a href={fileAddress(row.sha256)}>{row.name}</a> },
          { head: '密级', cell: row => codeWord('classification', row.classification) },
          { head: '大小', cell: row => sizeWord(row.size), isNumber: true },
          { head: '上传', cell: row => minute(row.at), isOneLine: true },
        ]}
        rows={documents}
      />
      {documents.length > 0 && <p class="fine">打开文件即记入材料调阅轨迹（第二十六条）。</p>}
    </>
  );
}

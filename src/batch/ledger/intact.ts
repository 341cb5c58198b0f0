import { access } from 'node:fs/promises';
import { sha256Of } from '../../disk/file-digest.ts';
import { type BatchFile, damaged } from './batch-file.ts';
import type { BatchFolder } from './batch-folder.ts';
import { readChain } from './ledger-chain.ts';

/**
 * Makes sure that what is about to be sent is what was planned, and that what was sent before is known: plan and ledger are
 * there, the plan is the one that was shown, and every line of the ledger follows from those before it. Throws `BATCH_DAMAGED`. Batches of earlier versions have no checksum.
 */
export async function checkIntact({ plan, ledger }: BatchFolder, file: BatchFile): Promise<void> {
  const { sha256 } = file.plan;
  if (sha256 === undefined) return;
  for (const path of [plan, ledger]) {
    await access(path).catch((error: unknown) => {
      throw damaged(path, 'it is not there', error);
    });
  }
  if ((await sha256Of(plan)) !== sha256) throw damaged(plan, 'it was changed after it was planned');
  const { fault } = await readChain(ledger);
  if (fault !== undefined) throw damaged(ledger, fault);
}

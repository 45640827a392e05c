// Compiled and never run: the types of the API's responses.
import type { MoneiEnvelope, MoneiTransactionPage, MoneiTransfer, MoneiWallet } from '../../src/index.js';

async function read<Data>(response: Response): Promise<MoneiEnvelope<Data>> {
  return (await response.json()) as MoneiEnvelope<Data>;
}

export async function show(response: Response): Promise<string[]> {
  const { data: wallet } = await read<MoneiWallet>(response);
  // @ts-expect-error the documentation says string, the SDK says number
  const _balance: number = wallet.nairaBalance;
  const { data: page } = await read<MoneiTransactionPage>(response);
  const { data: transfer } = await read<MoneiTransfer>(response);
  // @ts-expect-error no source documents it
  const _reference: string = transfer.reference;
  const rows = page.transactions.map(({ amount, type, reference }) => `${type} ${amount} ${reference}`);
  const more: boolean = page.pagination.hasNextPage;
  // @ts-expect-error not in the list, only in the details
  page.transactions[0]?.metadata;
  return [Number(wallet.nairaBalance).toFixed(2), String(more), ...rows];
}
